#!/bin/sh
# Loads the exports of an evaluation with the libraries they are made for, each in an environment of its own.
#
#   sh tests/exports/check.sh [FOLDER [RESULT]]
#
# FOLDER: holds the environments, the exports and the result; a temporary one, removed at the end, where none is given.
# RESULT: written by 'ketamine-qa evaluate --json' from the live index; without one, the test set is asked first.
# PYTHON: of the environment that this project is installed in. Needs the package registry, several GB and some minutes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python}
if [ $# -gt 0 ]; then
    mkdir -p "$1"
    folder=$(cd "$1" && pwd)
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
result=${2:-}
if [ -z "$result" ]; then
    result=$folder/result.json
    # 3: a gate is closed, which does not matter here.
    "$python" -m qa.cli evaluate "$here/../testset" --no-ablation --json "$result" || [ $? -eq 3 ]
fi
result=$(cd "$(dirname "$result")" && pwd)/$(basename "$result")
"$python" "$here/make_exports.py" "$result" "$folder/exports"

# Neither library may report that it is used.
export RAGAS_DO_NOT_TRACK=true DEEPEVAL_TELEMETRY_OPT_OUT=YES

# load NAME REQUIREMENT...: installs the requirements in this order, then runs load_NAME.py.
load() {
    name=$1
    shift
    [ -x "$folder/$name/bin/python" ] || "$python" -m venv "$folder/$name"
    for requirements in "$@"; do
        # shellcheck disable=SC2086 # a group of requirements
        "$folder/$name/bin/python" -m pip install --quiet $requirements
    done
    (cd "$folder" && "$folder/$name/bin/python" "$here/load_$name.py" "$folder/exports" "$result")
    echo "$name loads its export."
}

# ragas 0.4.3 imports a module that langchain-community has dropped since 0.4.2.
load ragas "ragas==0.4.3 langchain-community==0.4.1"
load deepeval "deepeval==4.3.1"
load beir "torch==2.13.0" "beir==2.2.0"
