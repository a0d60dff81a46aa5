//! The plots, as SVG.

use crate::adapters::Kind;
use crate::results::{Cell, Figure, Measured};
use crate::workloads::growth::QUANTILES;
use plotters::coord::Shift;
use plotters::prelude::*;
use sync_map_measure::Quartiles;

const OURS: RGBColor = RGBColor(38, 99, 171);
const SLOWER: RGBColor = RGBColor(150, 160, 172);
const FASTER: RGBColor = RGBColor(214, 120, 32);
const INK: RGBColor = RGBColor(28, 36, 48);

/// The first three lines are of this project's map.
const OURS_FIRST: [RGBColor; 3] = [RGBColor(120, 170, 225), OURS, RGBColor(18, 52, 92)];

/// The height of a bar with its gap, and the place of its name, in pixels.
const BAR: u32 = 18;
const NAMES: u32 = 190;

fn failed(error: impl std::fmt::Display) -> String {
    format!("a plot could not be drawn: {error}")
}

/// Draws into a string.
fn svg(
    size: (u32, u32),
    draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), String>,
) -> Result<String, String> {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
    area.fill(&WHITE).map_err(failed)?;
    draw(&area)?;
    area.present().map_err(failed)?;
    drop(area);
    Ok(text)
}

/// A bar for each map: how many times as long it takes as the first of this project's; nothing when the row has only one.
pub(crate) fn bars(measured: &Measured) -> Result<Option<String>, String> {
    // By call where there is one: it stands in the middle between by value and batch.
    let ours = measured.cells.iter().filter(|cell| cell.kind == Kind::Ours).take(2).last();
    let Some(ours) = ours.filter(|_| measured.cells.len() > 1) else {
        return Ok(None);
    };
    let bar = |cell| Some((cell, ours.advantage_over(cell)?));
    let bars: Vec<(&Cell, Quartiles)> = measured.cells.iter().filter_map(bar).collect();
    let size = (620, BAR * bars.len() as u32 + 70);
    svg(size, |area| draw_bars(area, &measured.row.title, ours.peer, &bars)).map(Some)
}

fn draw_bars(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    title: &str,
    ours: &str,
    bars: &[(&Cell, Quartiles)],
) -> Result<(), String> {
    let text = |size: i32| ("sans-serif", size).into_font().color(&INK);
    let least = bars.iter().map(|(_, ratio)| ratio.q1).fold(0.8, f64::min) / 1.2;
    let most = bars.iter().map(|(_, ratio)| ratio.q3).fold(1.25, f64::max) * 1.8; // room for the figures
    let mut chart = ChartBuilder::on(area)
        .caption(format!("{title}: time, as a multiple of {ours}"), text(14))
        .margin(6)
        .x_label_area_size(24)
        .y_label_area_size(NAMES)
        .build_cartesian_2d((least..most).log_scale(), 0.0..bars.len() as f64)
        .map_err(failed)?;
    let label = |value: &f64| Figure(*value).to_string();
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_labels(8)
        .x_label_formatter(&label)
        .light_line_style(WHITE)
        .draw()
        .map_err(failed)?;
    for (number, (cell, ratio)) in bars.iter().enumerate() {
        let bottom = (bars.len() - number) as f64 - 0.85;
        let middle = bottom + 0.35;
        let colour = match cell.kind {
            Kind::Ours => OURS,
            _ if ratio.median < 1.0 => FASTER,
            _ => SLOWER,
        };
        let bar = Rectangle::new([(1.0, bottom), (ratio.median, bottom + 0.7)], colour.filled());
        let spread = PathElement::new([(ratio.q1, middle), (ratio.q3, middle)], INK.stroke_width(2));
        chart.draw_series([bar]).map_err(failed)?;
        chart.draw_series([spread]).map_err(failed)?;
        let (x, y) = chart.plotting_area().map_coordinate(&(ratio.q3.max(1.0), middle));
        let figure = format!("{} ×", Figure(ratio.median));
        area.draw(&Text::new(figure, (x + 6, y - 5), text(12))).map_err(failed)?;
        area.draw(&Text::new(cell.peer, (10, y - 5), text(12))).map_err(failed)?;
    }
    Ok(())
}

/// The time of single stores over the part of the stores that took no longer: a line for each map.
pub(crate) fn latency(rows: &[&Measured]) -> Result<String, String> {
    let lines = lines(rows);
    let times = || lines.iter().flat_map(|(_, points)| points.iter().map(|(_, time)| *time));
    let (least, most) = (times().fold(f64::INFINITY, f64::min), times().fold(1.0, f64::max));
    if !least.is_finite() {
        return Ok(String::new());
    }
    let text = |size: i32| ("sans-serif", size).into_font().color(&INK);
    svg((960, 460), |area| {
        let mut chart = ChartBuilder::on(area)
            .caption("Single stores while the map grows from 1,000 to 1,000,000 keys", text(16))
            .margin(8)
            .x_label_area_size(36)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..QUANTILES.len() as f64 + 1.2, (least / 1.5..most * 1.5).log_scale())
            .map_err(failed)?;
        let quantile = |place: &f64| match QUANTILES.get(*place as usize) {
            Some((_, name)) if place.fract() == 0.0 => (*name).to_owned(),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(QUANTILES.len() + 2)
            .x_label_formatter(&quantile)
            .y_label_formatter(&time)
            .light_line_style(WHITE)
            .draw()
            .map_err(failed)?;
        for (number, (peer, points)) in lines.iter().enumerate() {
            let style = if number < OURS_FIRST.len() {
                OURS_FIRST[number].stroke_width(3)
            } else {
                Palette99::pick(number).stroke_width(1)
            };
            let line = LineSeries::new(points.iter().copied(), style);
            let key = move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style);
            chart.draw_series(line).map_err(failed)?.label(*peer).legend(key);
        }
        let legend = &mut chart.configure_series_labels();
        legend.position(SeriesLabelPosition::MiddleRight).label_font(text(12)).draw().map_err(failed)
    })
}

/// A map, and its times in nanoseconds by the number of the quantile.
type Line = (&'static str, Vec<(f64, f64)>);

fn lines(rows: &[&Measured]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for measured in rows {
        let Some(place) =
            QUANTILES.iter().position(|(_, name)| measured.row.id.ends_with(&format!("/{name}")))
        else {
            continue;
        };
        let nanos = if measured.row.unit == crate::results::Unit::Millis { 1e6 } else { 1.0 };
        for cell in &measured.cells {
            let Some(quartiles) = cell.quartiles() else { continue };
            let point = (place as f64, quartiles.median * nanos);
            match lines.iter_mut().find(|(peer, _)| *peer == cell.peer) {
                Some((_, points)) => points.push(point),
                None => lines.push((cell.peer, vec![point])),
            }
        }
    }
    lines
}

/// Nanoseconds, for people.
fn time(nanos: &f64) -> String {
    match *nanos {
        nanos if nanos < 1e3 => format!("{nanos:.0} ns"),
        nanos if nanos < 1e6 => format!("{:.0} µs", nanos / 1e3),
        nanos => format!("{:.0} ms", nanos / 1e6),
    }
}
