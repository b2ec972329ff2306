"""``python -m distillscan``: the command line where its script is not on the path."""

from distillscan.cli.start import main

if __name__ == "__main__":
    main()
