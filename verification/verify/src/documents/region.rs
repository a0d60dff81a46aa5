//! The one writer of marked regions: what stands between two marks of a document is a command's, the rest is a person's.

/// The marks of the region with this name: `<!-- name:begin -->` and `<!-- name:end -->`.
fn marks(name: &str) -> [String; 2] {
    ["begin", "end"].map(|which| format!("<!-- {name}:{which} -->"))
}

/// What stands in the region.
///
/// # Errors
/// The mark that is missing.
pub fn read<'d>(document: &'d str, name: &str) -> Result<&'d str, String> {
    split(document, name).map(|(_, region, _)| region)
}

/// The document with this text in the region, on lines of its own.
///
/// # Errors
/// The mark that is missing.
pub fn write(document: &str, name: &str, text: &str) -> Result<String, String> {
    let (before, _, after) = split(document, name)?;
    let [begin, end] = marks(name);
    Ok(format!("{before}{begin}\n{text}\n{end}{after}"))
}

fn split<'d>(document: &'d str, name: &str) -> Result<(&'d str, &'d str, &'d str), String> {
    let [begin, end] = marks(name);
    let missing = |mark: &str| format!("the mark `{mark}` is missing");
    let (before, rest) = document.split_once(&begin).ok_or_else(|| missing(&begin))?;
    let (region, after) = rest.split_once(&end).ok_or_else(|| missing(&end))?;
    Ok((before, region, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_region_changes_and_twice_is_once() {
        let document = "before\n<!-- a:begin -->\nold\n<!-- a:end -->\nafter <!-- b:begin -->";
        let new = write(document, "a", "new").unwrap();
        assert_eq!(new, document.replace("old", "new"));
        assert_eq!(write(&new, "a", "new").unwrap(), new);
        assert_eq!(read(&new, "a").unwrap(), "\nnew\n");
        assert!(write(document, "b", "").unwrap_err().contains("b:end"));
        assert!(write(document, "c", "").unwrap_err().contains("c:begin"));
    }
}
