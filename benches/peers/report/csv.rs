//! All figures, one cell a line.

use crate::results::{Cell, Measured};

/// A field, quoted where it has to be.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn line(measured: &Measured, cell: &Cell) -> String {
    let quartiles = cell.quartiles();
    let figure = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.4}"));
    let row = &measured.row;
    let fields = [
        field(&row.id),
        field(&row.title),
        field(cell.peer),
        row.unit.to_string(),
        figure(quartiles.map(|quartiles| quartiles.median)),
        figure(quartiles.map(|quartiles| quartiles.q1)),
        figure(quartiles.map(|quartiles| quartiles.q3)),
        cell.windows.to_string(),
        cell.dropped.to_string(),
        cell.noisy.to_string(),
    ];
    fields.join(",") + "\n"
}

/// The file.
pub(crate) fn text(results: &[Measured]) -> String {
    let cells =
        results.iter().flat_map(|measured| measured.cells.iter().map(move |cell| line(measured, cell)));
    let head = String::from("row,title,peer,unit,median,q1,q3,windows,dropped,noisy\n");
    head + &cells.collect::<String>()
}
