// What each shell loads: a function that hands the words of a command line to `ptask __complete` and shows what comes back. The word
// that is being typed comes last, after a `=`, since PowerShell drops words that are empty.

import type { Shell } from './shells.ts';

const BASH = `# ptask completion bash >> ~/.bashrc
_ptask() {
  local line words current
  # Bash has split at : and = as well, and knows nothing of quotes; so the line is split again, at blanks.
  line="\${COMP_LINE:0:COMP_POINT}"
  current="\${line##*[[:blank:]]}"
  IFS=$' \\t' read -r -a words <<< "\${line%"$current"}"
  local IFS=$'\\n'
  COMPREPLY=($("$1" __complete bash -- "\${words[@]:1}" "=$current" 2>/dev/null))
}
complete -o bashdefault -o default -F _ptask ptask
`;

const ZSH = `#compdef ptask
# ptask completion zsh >> ~/.zshrc
_ptask() {
  local -a found
  found=("\${(@f)$("$words[1]" __complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "=\${(Q)words[CURRENT]}" 2>/dev/null)}")
  if [[ "$found" == ':files' ]]; then
    _files
  elif [[ -n "$found" ]]; then
    _describe 'ptask' found
  fi
}
if [[ "$funcstack[1]" == '_ptask' ]]; then
  _ptask "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _ptask ptask
fi
`;

const FISH = `# ptask completion fish > ~/.config/fish/completions/ptask.fish
function __ptask
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l found ($words[1] __complete fish -- $words[2..] "=$current" 2>/dev/null)
  if test "$found" = ':files'
    __fish_complete_path $current
  else
    printf '%s\\n' $found
  end
end
complete --command ptask --no-files --keep-order --arguments '(__ptask)'
`;

const POWERSHELL = `# ptask completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName ptask -ScriptBlock {
  param($current, $line, $cursor)
  $words = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { "$_" })
  $name, $before = $words
  if (-not $name) { $name = 'ptask' }
  & $name __complete powershell -- @before "=$current" 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
    $word, $about = $_ -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $(if ($about) { $about } else { $word }))
  }
}
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
