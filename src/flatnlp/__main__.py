"""``python -m flatnlp``."""

from flatnlp.cli import main

if __name__ == "__main__":
    main()
