//! A chart as a picture on its own: in light colours, with its title, range, source and legend.

use std::fmt::Write;

use super::{FONT, HEIGHT, Theme, UNITS, escaped, hex, svg};
use crate::chart::format;
use crate::chart::spec::ChartSpec;

/// The width and the height of the picture, in CSS pixels.
const WIDTH: u32 = 1118;
const HEAD: u32 = 76;

/// The chart as an SVG file; `of` is whose traffic it is. `None` where it could not be drawn.
#[must_use]
pub fn document(spec: &ChartSpec, of: &str) -> Option<String> {
    let drawing = svg(spec, "", WIDTH)?;
    let shapes = drawing.split_once('>')?.1.strip_suffix("</svg>")?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the height is a small constant"
    )]
    let height = HEIGHT as u32 + HEAD;
    let font = escaped(FONT).replace('\'', "&apos;");
    let title = escaped(&format!("{} – {of}", spec.title));
    let mut days = spec.days().map(format::days).unwrap_or_default();
    let unit = spec.interval.as_str();
    let _ = write!(days, " by {unit} · Source: GitHub, kept by Tidemark");
    let mut file = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" font-family="{font}" role="img"><title>{title}</title><desc>{}</desc><rect width="100%" height="100%" fill="var(--surface)"/><text x="16" y="28" font-size="17" font-weight="600" fill="var(--fg-muted)">{title}</text><text x="16" y="48" font-size="13" fill="var(--fg-muted)">{}</text><text x="16" y="68" font-size="13" fill="var(--fg-muted)">"#,
        escaped(&spec.summary()),
        escaped(&days),
    );
    for series in spec.series.iter().filter(|series| series.visible) {
        let (color, label) = (series.slot.index() + 1, escaped(&series.label));
        let _ = write!(
            file,
            r#"<tspan fill="var(--chart-{color})">━ </tspan>{label}<tspan>   </tspan>"#
        );
    }
    let scale = 1.0 / f64::from(UNITS);
    let _ = write!(
        file,
        r#"</text><g transform="translate(0 {HEAD}) scale({scale})">{shapes}</g></svg>"#
    );
    // Programs other than browsers know no tokens.
    for (token, color) in Theme::LIGHT.tokens() {
        file = file.replace(&format!("var({token})"), &hex(color));
    }
    Some(file)
}
