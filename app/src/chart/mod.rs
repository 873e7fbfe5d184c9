//! Charts: plain data ([`ChartSpec`]) and one drawing routine ([`draw`]) for the server's SVG and
//! the browser's canvas.
//!
//! A page makes a [`ChartSpec`] (see [`ChartSpec::traffic`]) and shows it with [`Chart`] and
//! [`ChartTable`]; small trend lines are [`Sparkline`]s.

mod address;
#[cfg(feature = "hydrate")]
mod canvas;
#[cfg(feature = "ssr")]
pub(crate) mod card;
mod compared;
mod component;
pub mod draw;
mod float;
pub mod format;
mod interaction;
mod keys;
mod lane;
pub mod layout;
mod legend;
mod mean;
mod menu;
mod overlay;
#[cfg(feature = "hydrate")]
mod png;
mod reading;
mod sparkline;
pub mod spec;
#[cfg(any(feature = "hydrate", all(test, feature = "ssr")))]
mod subpixel;
#[cfg(feature = "ssr")]
pub mod svg;
mod table;
pub mod theme;
mod ticks;
mod traffic;
mod viewport;

pub use compared::compared_lines;
pub use component::Chart;
pub use interaction::SharedCursor;
pub use menu::Downloads;
pub use sparkline::Sparkline;
#[cfg(feature = "ssr")]
pub use sparkline::shown_values;
pub use spec::{
    ChartEvent, ChartSpec, ComparedLines, EventKind, Line, Remark, Series, Shade, ShadeKind, Slot,
    UsualBand, usual_band,
};
pub use table::ChartTable;
#[cfg(feature = "ssr")]
pub use table::table_part;
