"""``python -m tests.validation -o docs/validation.md``."""

from .run import main

if __name__ == "__main__":
    main()
