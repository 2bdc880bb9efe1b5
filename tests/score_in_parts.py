"""`python -m tests.score_in_parts ROOT SOURCE OUTPUT ROWS`: a file scored, a part so many rows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from penstock.core.config import load_params
from penstock.serving.batch.score import Wish, score_file


def main() -> None:
    root, source, output = map(Path, sys.argv[1:4])
    wish = Wish(source, output, rows=int(sys.argv[4]))
    receipt = score_file(root, load_params(root), "fraud", wish, lambda what, done, total: None)
    print(json.dumps(receipt))


if __name__ == "__main__":
    main()
