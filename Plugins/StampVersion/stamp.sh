# stamp.sh PACKAGE FILE: writes the commit of PACKAGE into the Swift file FILE, where another or none stands in it.
# Without git, or outside a repository of its own, the commit is "unknown".

commit=unknown
if [ -e "$1/.git" ] && head=$(git -C "$1" rev-parse --short=12 HEAD 2>/dev/null); then
  commit=$head
  # Only what makes the command counts: results and documents lie beside it.
  changes=$(git -C "$1" status --porcelain --untracked-files=no -- \
    Sources Kernels Plugins Package.swift 'Experiments/*.yaml' 2>/dev/null)
  [ -z "$changes" ] || commit=$head-dirty
fi
line="let stampedCommit = \"$commit\""
[ "$(cat "$2" 2>/dev/null)" = "$line" ] || echo "$line" >"$2"
