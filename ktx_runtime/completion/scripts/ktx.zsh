#compdef ktx
# Completion of ktx for zsh: source <(ktx completion zsh), after compinit
_ktx() {
    local -a candidates
    local line value places
    while IFS= read -r line; do
        case $line in
            $'\t'*) places=${line#$'\t'} ;;
            *)
                value=${line%%$'\t'*}
                candidates+=("${value//:/\\:}:${${line#"$value"}#$'\t'}")
                ;;
        esac
    done < <("${(Q)words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
    case $places in
        files) _files ;;
        directories) _files -/ ;;
    esac
    (( $#candidates )) && _describe ktx candidates
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _ktx "$@"
else
    compdef _ktx ktx
fi
