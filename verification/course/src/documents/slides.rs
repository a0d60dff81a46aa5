//! A page of slides for each unit: for each section of its chapter its first paragraph and what it draws, and then its labs, with what people
//! get wrong in them. One file, without network; it prints a slide on each page.

use crate::lab::{Lab, unit_title};
use std::path::Path;

/// The units that have labs.
pub(super) fn units(labs: &[Lab]) -> Vec<u32> {
    let mut units: Vec<u32> = labs.iter().map(|lab| lab.sheet.unit).collect();
    units.sort_unstable();
    units.dedup();
    units
}

/// Whether a page is the chapter of a unit: `3-locks.md`.
pub(super) fn is_chapter(path: &Path, unit: u32) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&format!("{unit}-")))
}

const STYLE: &str = "body{margin:0;font:1.5rem/1.4 system-ui,sans-serif;color:#222;background:#eee}\
section{box-sizing:border-box;background:#fff;max-width:60rem;min-height:34rem;margin:1rem auto;padding:2rem 3rem;break-after:page}\
h1{font-size:2.4rem}h2{font-size:1.8rem;margin-top:0}pre{font-size:.8rem;line-height:1.25;overflow-x:auto}\
em{color:#555;font-style:normal}li{margin:.4rem 0}\
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}section{background:#1c1c1c}em{color:#aaa}}\
@media(max-width:40rem){body{font-size:1.1rem}section{padding:1rem}}\
@media print{@page{size:landscape}body,section{background:#fff;color:#000}section{margin:0;max-width:none}}";

/// A text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A sentence of Markdown as HTML: code between backquotes, links as their text.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in escaped(text).split('`').enumerate() {
        if at % 2 == 1 {
            out.push_str(&format!("<code>{part}</code>"))
        } else {
            out.push_str(&without_links(part))
        }
    }
    out
}

fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('[') {
        let Some((name, after)) = from.split_once("](") else { break };
        let Some((_, after)) = after.split_once(')') else { break };
        out.push_str(&format!("{before}{name}"));
        rest = after;
    }
    out.push_str(rest);
    out.replace("**", "").replace('*', "")
}

/// A section of a chapter: its head, its first paragraph, and the first thing that it shows.
fn section(head: &str, body: &str) -> String {
    let mut paragraph: Vec<&str> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    let (mut is_code, mut is_over) = (false, false);
    for line in body.lines() {
        if line.starts_with("```") {
            is_over |= is_code;
            is_code = !is_code;
        } else if is_code && !is_over {
            shown.push(line);
        } else if !is_code && shown.is_empty() && !is_over {
            match line.trim() {
                "" if !paragraph.is_empty() => is_over = shown.is_empty() && !body.contains("```"),
                text if text.is_empty() || text.starts_with(['<', '|', '#']) => {}
                text if paragraph.len() < 6 => paragraph.push(text),
                _ => {}
            }
        }
    }
    let code =
        if shown.is_empty() { String::new() } else { format!("<pre>{}</pre>\n", escaped(&shown.join("\n"))) };
    format!(
        "<section>\n<h2>{}</h2>\n<p>{}</p>\n{code}</section>\n",
        inline(head),
        inline(&paragraph.join(" "))
    )
}

/// The page of a unit.
///
/// # Errors
/// When a wrong answer cannot be read.
pub(super) fn page(unit: u32, chapter: &str, labs: &[Lab]) -> Result<String, String> {
    let title = format!("Unit {unit}: {}", unit_title(unit));
    let mut sections =
        vec![format!("<section>\n<h1>{title}</h1>\n<p><em>cargo verify lab</em></p>\n</section>\n")];
    for part in chapter.split("\n## ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        if head != "Labs" {
            sections.push(section(head, body));
        }
    }
    for lab in labs.iter().filter(|lab| lab.sheet.unit == unit) {
        let wrong: Vec<String> = lab
            .wrong_answers()?
            .iter()
            .map(|wrong| format!("<li>{}</li>\n", inline(&wrong.pinned.because)))
            .collect();
        sections.push(format!(
            "<section>\n<h2>Lab {}: {}</h2>\n<p>{}</p>\n<p><em>What people get wrong:</em></p>\n<ul>\n{}</ul>\n</section>\n",
            lab.number,
            inline(&lab.sheet.title),
            inline(&lab.sheet.idea),
            wrong.concat()
        ));
    }
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n{}</body>\n</html>\n",
        sections.concat()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slide_has_the_first_paragraph_and_what_is_drawn() {
        let slide = section("A `race`", "One <b> [link](x.md).\n\n```text\na < b\n```\nAfter it.\n");
        assert_eq!(
            slide,
            "<section>\n<h2>A <code>race</code></h2>\n<p>One &lt;b&gt; link.</p>\n<pre>a &lt; b</pre>\n</section>\n"
        );
    }
}
