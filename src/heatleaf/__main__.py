"""`python -m heatleaf` is the same as `heatleaf`."""

from heatleaf.cli import entry

if __name__ == "__main__":
    entry()
