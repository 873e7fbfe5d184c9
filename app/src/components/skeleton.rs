//! The frame of a page whose data is still loading: its title, and empty tiles of the final size.

use leptos::prelude::*;

/// A page with this title. The frames appear only if the data takes longer than 150 ms.
#[derive(Clone)]
pub struct Skeleton {
    /// What is above the title.
    pub crumb: String,
    /// The title, as of the page.
    pub title: String,
    /// The frames: [`TILES`](Self::TILES) or [`CARD`](Self::CARD).
    pub frames: &'static str,
}

impl Skeleton {
    /// One card.
    pub const CARD: &'static str = r#"<div class="card"></div>"#;
    /// Four tiles and the card of a chart.
    pub const TILES: &'static str = concat!(
        r#"<div class="stats"><div class="stat"></div><div class="stat"></div>"#,
        r#"<div class="stat"></div><div class="stat"></div></div><div class="card"></div>"#,
    );

    /// A page with this title only.
    pub fn new(title: &str, frames: &'static str) -> Self {
        Self {
            crumb: String::new(),
            title: title.to_owned(),
            frames,
        }
    }

    /// The view.
    pub fn view(self) -> AnyView {
        view! {
            <div class="skeleton" aria-busy="true">
                <div class="page-head">
                    <div>
                        <p class="crumb">{self.crumb}</p>
                        <h1>{self.title}</h1>
                    </div>
                </div>
                <p class="visually-hidden" role="status">
                    "Loading …"
                </p>
                <div class="frames" inner_html=self.frames></div>
            </div>
        }
        .into_any()
    }
}
