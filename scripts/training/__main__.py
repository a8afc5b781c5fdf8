"""`python -m scripts.training`: train the statistical model anew and write artefact and card (content/model).

The corpus of the project is enough; what may not be in it (licences, P7) is named by an option and only read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.understanding import Understanding
from core.understanding.model import ARTEFACT
from scripts.training import card, corpus, fitting


def main(argv: list[str]) -> int:
    """Train, measure on folds, write."""
    parser = argparse.ArgumentParser(prog="python -m scripts.training", description=__doc__)
    parser.add_argument("--examples", type=Path, default=corpus.EXAMPLES, help="folder of JSON lines (%(default)s)")
    parser.add_argument("--dev", type=Path, help="more labelled messages in the same format")
    parser.add_argument("--real", type=Path, help="PsySUICIDE's valid.json")
    parser.add_argument("--out", type=Path, default=ARTEFACT.parent, help="folder for artefact and card (%(default)s)")
    options = parser.parse_args(argv)
    rules = Understanding.load(with_model=False)
    rows = corpus.ours(rules, options.examples) + corpus.keywords(rules)
    rows += corpus.labelled(rules, options.dev) if options.dev else []
    rows += corpus.real(rules, options.real) if options.real else []
    _say(f"{len(rows)} rows; measuring on {fitting.FOLDS} folds …")
    shares = fitting.unseen(rows)
    blend = fitting.fit_blend(rows, fitting.logarithms(shares[:, len(card.RISKS) :]))
    _say("fitting on all …")
    fitted = fitting.fit(rows)
    digest = corpus.digest(list(options.examples.glob("*.jsonl")))
    _, data = fitting.model_of(fitted, blend, {"corpus": digest, "rows": len(rows)})
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / ARTEFACT.name).write_bytes(data)
    facts = {
        "grams": len(fitted.names),
        "size": len(data) / 1e6,
        "least": fitting.SEEN_AT_LEAST,
        "digest": digest,
        "folds": fitting.FOLDS,
    }
    card.write(rows, shares, facts, options.out / card.CARD.name)
    _say(f"wrote {options.out / ARTEFACT.name} and {card.CARD.name}")
    return 0


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
