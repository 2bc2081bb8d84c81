"""The questions to a caller by kind of case: `asked` reads them from the file beside it, `deciding`
says what the answers mean for the severity, `answering` keeps them in the timeline."""
