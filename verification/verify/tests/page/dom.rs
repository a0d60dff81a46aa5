//! What is on a page, read from its HTML.

use std::collections::BTreeSet;

/// What is between two texts.
pub(crate) fn between<'d>(text: &'d str, start: &str, end: &str) -> &'d str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no `{start}` in {text}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no `{end}`")).0
}

/// The text of some HTML.
pub(crate) fn plain(html: &str) -> String {
    let text: String = html.split('<').map(|tag| tag.split_once('>').map_or(tag, |(_, text)| text)).collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The arrows on the page: the numbers of the steps that each leads from and to, and its class.
pub(crate) fn arrows(dom: &str) -> BTreeSet<(u64, u64, String)> {
    let svg = between(dom, "id=\"arrows\"", "</svg>").split_once("<g>").map_or("", |(_, arrows)| arrows);
    let value = |path: &str, name: &str| between(path, &format!("{name}=\""), "\"").to_owned();
    let number = |path: &str, name: &str| value(path, name).parse().unwrap();
    let paths = svg.split("<path").skip(1);
    paths.map(|path| (number(path, "data-from"), number(path, "data-to"), value(path, "class"))).collect()
}

/// The numbers of the rows that have this class.
pub(crate) fn rows(dom: &str, class: &str) -> BTreeSet<u64> {
    let rows = dom.split("<tr id=\"step-").skip(1).filter_map(|row| {
        let (number, rest) = row.split_once('"')?;
        let classes = rest
            .split_once('>')?
            .0
            .split_once("class=\"")
            .map_or("", |(_, rest)| rest.split('"').next().unwrap());
        classes.split(' ').any(|one| one == class).then(|| number.parse().unwrap())
    });
    rows.collect()
}

/// The current line of the source, as the page shows it.
pub(crate) fn quoted(dom: &str) -> String {
    let line = between(dom, "<mark class=\"source-line\">", "</mark>");
    plain(line).trim_start_matches(|c: char| c.is_ascii_digit()).trim().to_owned()
}

/// What the page says has left a table with the current step: `a 3 in no table now`.
pub(crate) fn gone(dom: &str) -> Vec<String> {
    let parts = dom.split("<div class=\"gone\">").skip(1);
    parts.map(|part| plain(&part.split_once("</div>").expect("its end").0.replace("</s>", " "))).collect()
}

/// What the page draws of the subject: each table with its rows, without what has left it.
pub(crate) fn drawn(dom: &str) -> Vec<String> {
    let part = dom.split_once("<div id=\"tables\">").expect("tables").1.split_once("<ul").expect("facts").0;
    let mut parts = part.split("<div class=\"gone\">");
    let first = parts.next().expect("a part").to_owned();
    let part =
        first + &parts.filter_map(|part| part.split_once("</div>")).map(|(_, rest)| rest).collect::<String>();
    let tables = part.split("<div class=\"table\">").skip(1).map(|table| {
        let text: String = table
            .split('<')
            .filter_map(|tag| tag.split_once('>'))
            .map(|(_, text)| format!("{text} "))
            .collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    tables.collect()
}
