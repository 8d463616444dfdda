#!/usr/bin/env bash
# Writes testdata/support/jpmml.tsv: which of the documents there, and of pmml/testdata/elements, JPMML-Evaluator scores.
# The argument is the jar of a runner that takes a list of model, rows and output, and answers a line of JSON a row.
set -euo pipefail
oracle="$(realpath "$1")"
cd "$(dirname "$0")/../.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
for f in testdata/support/*.pmml pmml/testdata/elements/*.pmml; do
  printf '%s\t%s\t%s\n' "$f" testdata/support/row.csv "$work/$(basename "$f" .pmml).jsonl"
done > "$work/list"
java -jar "$oracle" --batch "$work/list" > /dev/null
{
  echo "# Which documents JPMML-Evaluator 1.7.7 scores; written by testdata/generate/support_jpmml.sh."
  for f in "$work"/*.jsonl; do
    scored=yes
    grep -q 'Unsupported\|is not supported\|is not defined\|is not valid\|TypeCheckException\|does not match' "$f" && scored=no
    printf '%s\t%s\n' "$(basename "$f" .jsonl)" "$scored"
  done
} > testdata/support/jpmml.tsv
