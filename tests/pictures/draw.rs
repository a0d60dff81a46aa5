//! A picture: as SVG, and in words for those who cannot see it.

use super::state::{Entry, Slot, State};
use std::fmt::Write;

/// The state of a map after calls, and before them.
pub(crate) struct Picture {
    /// The calls, with what they returned.
    pub(crate) said: Vec<String>,
    pub(crate) before: State,
    pub(crate) after: State,
}

const WIDTH: usize = 420;
const LINE: usize = 22;
const ROW: usize = 40;

/// Colours by the scheme that the reader's system asks for. Each is a card with a ground of its own, so it can be read on any page.
const STYLE: &str = "\
.card{fill:#fff;stroke:#c4c9d1}.table{fill:#f3f5f8;stroke:#5b6472}.none{fill:none;stroke:#8b93a0;stroke-dasharray:4 4}\
.line{stroke:#5b6472}.tip{fill:#5b6472}text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1c2128}\
.small{font-size:12px;fill:#444c56}.call{font-weight:bold}.live{fill:#d8f0dd;stroke:#2c7a3f}.deleted{fill:#eceff3;stroke:#6b7280}\
.expunged{fill:#fbe0d6;stroke:#b3431c;stroke-dasharray:6 3}.changed{stroke-width:3}\
@media(prefers-color-scheme:dark){.card{fill:#1d2127;stroke:#444c56}.table{fill:#262c34;stroke:#9aa4b2}.none{stroke:#77818e}\
.line{stroke:#9aa4b2}.tip{fill:#9aa4b2}text{fill:#e6e9ee}.small{fill:#b6bec9}.live{fill:#173d22;stroke:#5fc97c}\
.deleted{fill:#2f353e;stroke:#9aa4b2}.expunged{fill:#4a2114;stroke:#f08a5d}}";

impl Picture {
    /// The keys whose entries or places in a table are new or different.
    fn changed(&self, key: &str, entry: &Entry) -> bool {
        !self.said.is_empty() && self.before.entries.get(key) != Some(entry)
    }

    /// The keys whose entries have left both tables.
    fn gone(&self) -> Vec<&'static str> {
        let is_gone = |key: &&&str| !self.after.entries.contains_key(**key);
        self.before.entries.keys().filter(is_gone).copied().collect()
    }

    pub(crate) fn svg(&self) -> String {
        let top = 20 + LINE * self.said.len().max(1);
        let rows = self.after.entries.len().max(1);
        let bottom = top + 34 + rows * ROW;
        let gone = self.gone_in_words();
        let height = bottom + if gone.is_some() { 50 } else { 30 };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\n\
             <title>{}</title>\n<style>{STYLE}</style>\n\
             <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">\
             <path class=\"tip\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
             <rect class=\"card\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
            escaped(&self.in_words()),
            WIDTH - 1,
            height - 1,
        );
        let first = [String::from("a new map")];
        let said = if self.said.is_empty() { &first[..] } else { &self.said[..] };
        for (number, call) in said.iter().enumerate() {
            text(&mut svg, "call", WIDTH / 2, 24 + LINE * number, call);
        }
        let (read, dirty) = (self.has_read(), self.after.dirty.is_some());
        table(&mut svg, if read { "table" } else { "none" }, 12, top + 24, rows * ROW + 4);
        table(&mut svg, if dirty { "table" } else { "none" }, WIDTH - 112, top + 24, rows * ROW + 4);
        text(&mut svg, "", 62, top + 14, if self.after.amended { "read, amended" } else { "read" });
        text(&mut svg, "", WIDTH - 62, top + 14, "dirty");
        for (number, (key, entry)) in self.after.entries.iter().enumerate() {
            self.row(&mut svg, top + 28 + number * ROW, key, entry);
        }
        if !read {
            text(&mut svg, "small", 62, top + 50, "no table");
        }
        if !dirty {
            text(&mut svg, "small", WIDTH - 62, top + 50, "none");
        }
        let left = match (self.after.entries.is_empty(), self.after.amended) {
            (true, _) => "the map is empty",
            (false, true) => "read lacks a key",
            (false, false) => "read has every key",
        };
        left_text(&mut svg, 12, bottom + 18, left);
        let right = self.after.dirty.map_or(String::from("behind the mutex"), |dirty| {
            format!("behind the mutex; misses {} of {}", dirty.misses, dirty.len)
        });
        right_text(&mut svg, WIDTH - 12, bottom + 18, &right);
        if let Some(gone) = gone {
            left_text(&mut svg, 12, bottom + 38, &gone);
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// There is a published table: it has entries, or the map says so by having some and no dirty.
    fn has_read(&self) -> bool {
        self.after.entries.values().any(|entry| entry.in_read)
    }

    fn row(&self, svg: &mut String, y: usize, key: &str, entry: &Entry) {
        let middle = y + ROW / 2 - 2;
        let changed = if self.changed(key, entry) { " changed" } else { "" };
        let holds = match entry.slot {
            Slot::Live(value) => format!("{key}: live {value}"),
            slot => format!("{key}: {}", slot.word()),
        };
        let _ = writeln!(
            svg,
            "<rect class=\"{}{changed}\" x=\"148\" y=\"{y}\" width=\"124\" height=\"{}\" rx=\"5\"/>",
            entry.slot.word(),
            ROW - 6
        );
        text(svg, "", WIDTH / 2, middle + 4, &holds);
        for (is_there, at, from, to) in
            [(entry.in_read, 62, 76, 146), (entry.in_dirty, WIDTH - 62, WIDTH - 76, 274)]
        {
            if is_there {
                text(svg, "", at, middle + 4, key);
                let _ = writeln!(
                    svg,
                    "<line class=\"line\" x1=\"{from}\" y1=\"{middle}\" x2=\"{to}\" y2=\"{middle}\" marker-end=\"url(#tip)\"/>"
                );
            }
        }
    }

    fn gone_in_words(&self) -> Option<String> {
        match self.gone().as_slice() {
            [] => None,
            [one] => Some(format!("{one} has left both tables: retired")),
            many => Some(format!("{} have left both tables: retired", many.join(", "))),
        }
    }

    /// What it shows, in words.
    pub(crate) fn in_words(&self) -> String {
        let mut words = match self.said.as_slice() {
            [] => String::from("A new map"),
            said => format!("After {}", said.join(", then ")),
        };
        let list = |of: &dyn Fn(&Entry) -> bool| {
            let keys: Vec<&str> =
                self.after.entries.iter().filter(|(_, entry)| of(entry)).map(|(key, _)| *key).collect();
            if keys.is_empty() { String::from("no keys") } else { keys.join(", ") }
        };
        let _ = write!(words, ": read has {}", list(&|entry| entry.in_read));
        words.push_str(if self.after.amended { ", and is amended; " } else { "; " });
        match self.after.dirty {
            None => words.push_str("there is no dirty"),
            Some(dirty) => {
                let keys = list(&|entry| entry.in_dirty);
                let _ = write!(words, "dirty has {keys}, with {} of {} misses", dirty.misses, dirty.len);
            }
        }
        for (key, entry) in &self.after.entries {
            match entry.slot {
                Slot::Live(value) => drop(write!(words, "; {key} is live with {value}")),
                slot => drop(write!(words, "; {key} is {}", slot.word())),
            }
        }
        if let Some(gone) = self.gone_in_words() {
            let _ = write!(words, "; {gone}");
        }
        words + "."
    }
}

fn table(svg: &mut String, class: &str, x: usize, y: usize, height: usize) {
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"100\" height=\"{height}\" rx=\"5\"/>"
    );
}

fn put(svg: &mut String, class: &str, anchor: &str, x: usize, y: usize, text: &str) {
    let text = escaped(text);
    let _ =
        writeln!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>");
}

fn text(svg: &mut String, class: &str, x: usize, y: usize, text: &str) {
    put(svg, class, "middle", x, y, text);
}

fn left_text(svg: &mut String, x: usize, y: usize, text: &str) {
    put(svg, "small", "start", x, y, text);
}

fn right_text(svg: &mut String, x: usize, y: usize, text: &str) {
    put(svg, "small", "end", x, y, text);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
