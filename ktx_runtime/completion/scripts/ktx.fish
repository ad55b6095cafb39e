# Completion of ktx for fish: ktx completion fish | source
function __ktx_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    for line in (command $tokens[1] complete -- $tokens[2..-1] "$current" 2>/dev/null)
        switch $line
            case \tfiles
                __fish_complete_path "$current"
            case \tdirectories
                __fish_complete_directories "$current"
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c ktx -f -a '(__ktx_complete)'
