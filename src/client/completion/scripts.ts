/** Each asks `__complete` with the words of the line, and shows what it prints. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const BASH = `# source <(registry-index query completion bash)
_registry_index_query() {
  local line=\${COMP_LINE:0:COMP_POINT} word first=1
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local last=$((\${#words[@]} - 1))
  local -a command=("\${words[0]}")
  if [[ \${words[0]##*/} == registry-index ]]; then
    (( last >= 2 )) && [[ \${words[1]} == query ]] || return
    command+=(query)
    first=2
  fi
  case \${words[last - 1]} in
    --authfile | --auth-file | --ca-file)
      compopt -o default
      return
      ;;
  esac
  # bash replaces what stands after the last of the characters at which it divides words.
  local typed=\${words[last]}
  typed=\${typed%"\${typed##*["$COMP_WORDBREAKS"]}"}
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("\${word#"$typed"}")
  done < <("\${command[@]}" __complete -- "\${words[@]:first}" 2> /dev/null)
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[:/=] ]] && compopt -o nospace
}
complete -F _registry_index_query registry-index registry-index-query
`;

const ZSH = `#compdef registry-index registry-index-query
# source <(registry-index query completion zsh), after compinit; or a file _registry-index in $fpath
_registry_index_query() {
  local first=2
  local -a command candidates
  command=("\${words[1]}")
  if [[ \${words[1]:t} == registry-index ]]; then
    [[ \${words[2]} == query ]] && (( CURRENT > 2 )) || return 1
    command+=(query)
    first=3
  fi
  case \${words[CURRENT-1]} in
    --authfile | --auth-file | --ca-file)
      _files
      return
      ;;
  esac
  candidates=("\${(@f)$("\${command[@]}" __complete -- "\${(@)words[first,CURRENT-1]}" "$PREFIX" 2> /dev/null)}")
  candidates=(\${candidates:#})
  compadd -S '' -- \${(M)candidates:#*[:/=]}
  compadd -- \${candidates:#*[:/=]}
}
if [[ "$funcstack[1]" == _registry-index ]]; then
  _registry_index_query "$@"
else
  compdef _registry_index_query registry-index registry-index-query
fi
`;

const FISH = `# registry-index query completion fish | source
function __registry_index_query
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l command $words[1]
    set -e words[1]
    if test (basename $command) = registry-index
        test "$words[1]" = query; or return
        set command $command query
        set -e words[1]
    end
    $command __complete -- $words "$current" 2>/dev/null
end
for program in registry-index registry-index-query
    complete -c $program -f -a '(__registry_index_query)'
    complete -c $program -l authfile -r -F
    complete -c $program -l ca-file -r -F
end
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
