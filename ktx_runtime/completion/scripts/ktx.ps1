# Completion of ktx for PowerShell: ktx completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ktx -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    # An empty argument would be lost on its way to a program: a space at the end of the line says the same.
    $line = (@('ktx') + @($words | ForEach-Object { "'" + $_.Replace("'", "'\''") + "'" }) + @($wordToComplete)) -join ' '
    & ktx complete --line $line 2>$null | ForEach-Object {
        $value, $description = $_ -split "`t", 2
        if ($value) {
            $shown = if ($value -match '[\s''`"$;|&(){}]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
            $tip = if ($description) { $description } else { $value }
            [System.Management.Automation.CompletionResult]::new($shown, $value, 'ParameterValue', $tip)
        }
    }
}
