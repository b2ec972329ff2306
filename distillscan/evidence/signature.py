"""A signature over SHA256SUMS, made and checked by ``ssh-keygen``.

The format is OpenSSH's own (PROTOCOL.sshsig): whoever doubts this program checks the signature without it,
with a tool that every system has. Ed25519 signatures are the same every time, and keys may lie in hardware.
"""

import subprocess
import tempfile
from pathlib import Path

from distillscan.errors import EvidenceError
from distillscan.evidence import sums

NAME = f"{sums.NAME}.sig"
#: What the signature is for; a signature made for something else does not pass.
NAMESPACE = "distillscan-evidence"


def sign(directory: Path, key: Path) -> None:
    """Sign the sums of a bundle with a private key in OpenSSH's format. Raises EvidenceError."""
    (directory / NAME).unlink(missing_ok=True)
    target = directory / sums.NAME
    done = _run("-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(key), str(target))
    if done.returncode != 0 or not (directory / NAME).is_file():
        raise EvidenceError(f"cannot sign with {key}: {_reason(done)}")


def check(directory: Path, signer: Path | None) -> str | None:
    """Return what is wrong with the signature of a bundle, None if nothing.

    With a public key in ``signer`` it must be that key's; without one only the signature itself is checked.
    """
    if signer is None:
        return _failure(directory, "-Y", "check-novalidate")
    try:
        key = " ".join(signer.read_text(encoding="utf-8").split()[:2])
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"cannot read the public key {signer}: {error}") from error
    with tempfile.TemporaryDirectory(prefix="distillscan-") as scratch:
        allowed = Path(scratch) / "signers"
        allowed.write_text(f"signer {key}\n", encoding="utf-8")
        return _failure(directory, "-Y", "verify", "-f", str(allowed), "-I", "signer")


def _failure(directory: Path, *arguments: str) -> str | None:
    message = (directory / sums.NAME).read_bytes()
    done = _run(*arguments, "-n", NAMESPACE, "-s", str(directory / NAME), message=message)
    return None if done.returncode == 0 else _reason(done)


def _run(*arguments: str, message: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["ssh-keygen", *arguments], input=message, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise EvidenceError("signatures need ssh-keygen of OpenSSH, which is not installed") from error


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    text = (done.stderr or done.stdout).decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else f"ssh-keygen ended with {done.returncode}"
