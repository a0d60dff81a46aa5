#!/usr/bin/env bash
# Checks the proofs of this directory: compiles them, sees that no theorem rests on an assumption, and that broken
# variants of the code fail in the theorem that speaks of them.
#
#     specs/proof/check.sh            all of it, about two minutes
#     specs/proof/check.sh --install  the same, after apt-get has installed what is missing (Debian, as root)
#
# Exit status: 0 all proofs hold, 1 something is wrong, 3 not checked: Coq 8.16 or Iris 4.0 is not here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
files=(entry operations locked uses ledger counter cell)

not_checked() { echo "proof: NOT checked, $*"; exit 3; }
wrong() { echo "proof: FAILED, $*" >&2; exit 1; }

is_here() {
    command -v coqc >/dev/null && coqc --version | grep -q 'version 8\.16' && [ -d "$(coqc -where)/user-contrib/iris/heap_lang" ]
}

if [ "${1:-}" = --install ] && ! is_here; then
    # Where this cannot work (not root, no apt, no network) the check below says that nothing was checked.
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends coq libcoq-iris libcoq-stdpp; } >/dev/null 2>&1 ||
        echo "proof: apt-get could not install coq and libcoq-iris"
fi
command -v coqc >/dev/null || not_checked "coq is not here (Debian: apt-get install coq libcoq-iris)"
is_here || not_checked "it is written for Coq 8.16 and Iris 4.0 (Debian 12: coq, libcoq-iris); here is: $(coqc --version | head -1)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# compile DIR FILE...: stops at the first file with an error, which is in DIR/log then.
compile() {
    local dir=$1 file
    shift
    for file in "$@"; do
        (cd "$dir" && coqc -Q . SyncMapProof "$file.v" >log 2>&1) || return 1
    done
}

# The proofs.
if grep -nE '\b(Admitted|admit|Axiom|Axioms|Parameter|Parameters|Conjecture|Abort)\b' "$here"/*.v; then
    wrong "a proof must not assume anything"
fi
mkdir "$work/proofs"
cp "$here"/*.v "$work/proofs"
compile "$work/proofs" "${files[@]}" || { cat "$work/proofs/log"; wrong "a proof does not hold"; }

# What they rest on.
theorems=$(sed -nE 's/^ *Theorem ([a-z_]+).*/\1/p' "$here"/*.v)
count=$(wc -l <<<"$theorems")
[ "$count" -ge 20 ] || wrong "only $count theorems were found"
{
    echo "From SyncMapProof Require Import ${files[*]}."
    sed 's/.*/Print Assumptions &./' <<<"$theorems"
} >"$work/proofs/assumptions.v"
(cd "$work/proofs" && coqc -Q . SyncMapProof assumptions.v >assumptions 2>&1) || { cat "$work/proofs/assumptions"; wrong "the theorems could not be listed"; }
closed=$(grep -c '^Closed under the global context$' "$work/proofs/assumptions" || true)
if [ "$closed" != "$count" ] || [ "$(wc -l <"$work/proofs/assumptions")" != "$count" ]; then
    cat "$work/proofs/assumptions"
    wrong "$((count - closed)) of $count theorems rest on an assumption"
fi
for theorem in $theorems; do
    grep -q "\`$theorem\`" "$here/README.md" || wrong "README.md does not tell what $theorem says"
done

# Broken variants: mutant NAME FILE 'text' 'text instead' THEOREM FILE...: with that edit, compiling the files must fail in the
# proof of THEOREM. It shows that the theorem and its proof depend on that line.
mutants=0
mutant() {
    local name=$1 file=$2 from=$3 to=$4 theorem=$5 text dir line failed
    shift 5
    dir="$work/$name"
    mkdir "$dir"
    cp "$here"/*.v "$dir"
    text=$(<"$dir/$file.v")
    [ "${text//"$from"/}" != "$text" ] || wrong "$name: its text is not in $file.v any more"
    printf '%s\n' "${text/"$from"/"$to"}" >"$dir/$file.v"
    if compile "$dir" "$@"; then wrong "$name: the broken variant was proved"; fi
    line=$(sed -nE 's/^File "\.\/([a-z]+)\.v", line ([0-9]+),.*/\1.v \2/p' "$dir/log" | tail -1)
    failed=$(head -n "${line#* }" "$dir/${line% *}" | sed -nE 's/^ *(Theorem|Lemma) ([a-z_]+).*/\2/p' | tail -1)
    [ "$failed" = "$theorem" ] || { cat "$dir/log"; wrong "$name: fails in '$failed', not in $theorem"; }
    echo "proof: broken variant $name fails in $theorem"
    mutants=$((mutants + 1))
}

mutant delete-without-exchange entry \
    'CmpXchg "l" "seen" deleted in' '("l" <- deleted ;; ("seen", #true)) in' \
    delete_if_spec entry operations
mutant load-or-store-into-expunged entry \
    'if: is_expunged "seen" then NONE
        else let: "p" := boxed "v" "new" in' 'if: #false then NONE
        else let: "p" := boxed "v" "new" in' \
    load_or_store_answers entry operations
mutant expunge-whatever-is-there entry \
    'if: "seen" = deleted then
      let:' 'if: ~ is_expunged "seen" then
      let:' \
    expunge_spec entry locked
mutant expunge-by-store entry \
    'CmpXchg "l" "seen" expunged in' '("l" <- expunged ;; ("seen", #true)) in' \
    expunge_spec entry locked
mutant value-retired-twice entry \
    'retire "p" ;; SOME (Fst !"p")' 'retire "p" ;; retire "p" ;; SOME (Fst !"p")' \
    took_out_spec entry
mutant stripe-read-instead-of-taken counter \
    'Xchg "stripe" #0' '!"stripe"' \
    counter_reset_and_get_quiet ledger counter
mutant take-loses-the-mark cell \
    '(λ: "word", "word" `and` #retired_bit)' '(λ: "word", "word" `and` #0)' \
    cell_take_spec ledger cell

echo "proof: checked $count theorems, no assumptions; $mutants broken variants fail"
