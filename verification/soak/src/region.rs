//! Regions of the book that a command writes: between two marks, as everywhere in it.

/// The document with this text in the region of that name, on lines of its own.
///
/// # Errors
/// The mark that is missing.
pub fn write(document: &str, name: &str, text: &str) -> Result<String, String> {
    let [begin, end] = ["begin", "end"].map(|which| format!("<!-- {name}:{which} -->"));
    let missing = |mark: &str| format!("the mark `{mark}` is missing");
    let (before, rest) = document.split_once(&begin).ok_or_else(|| missing(&begin))?;
    let (_, after) = rest.split_once(&end).ok_or_else(|| missing(&end))?;
    Ok(format!("{before}{begin}\n{text}\n{end}{after}"))
}
