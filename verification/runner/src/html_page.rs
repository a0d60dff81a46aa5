//! What every page has: one file, which needs no network.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;

/// A whole page.
pub(crate) fn page(title: &str, style: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// Data for the scripts of a page, as JSON in an element of its own. `<` is written so that no text can end that element.
pub(crate) fn data(id: &str, data: &impl Serialize) -> Markup {
    let json = serde_json::to_string(data).expect("plain data").replace('<', "\\u003c");
    html! { script type="application/json" id=(id) { (PreEscaped(json)) } }
}

#[cfg(test)]
mod tests {
    use super::data;

    #[test]
    fn no_text_ends_the_element_that_it_is_in() {
        let page = data("d", &["</script><script>x"]).into_string();
        assert_eq!(page.matches('<').count(), 2, "{page}");
    }
}
