# Completion of ktx for bash: eval "$(ktx completion bash)"
_ktx() {
    local line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]} whole value description
    # bash breaks words at = and :, ktx does not: what stands before the break is taken off each candidate again.
    case $current in '=' | ':') current= ;; esac
    whole=${line##*[[:space:]]}
    local skip=$((${#whole} - ${#current}))
    ((skip < 0)) && skip=0
    COMPREPLY=()
    while IFS=$'\t' read -r value description; do
        COMPREPLY+=("$(printf '%q' "${value:skip}")")
    done < <("${COMP_WORDS[0]}" complete --line "$line" 2>/dev/null | grep -v $'^\t')
    if ((${#COMPREPLY[@]} == 0)); then
        compopt -o default 2>/dev/null
    fi
}
complete -F _ktx ktx
