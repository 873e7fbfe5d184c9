//! The colours of a drawing: the tokens of `style/tokens.css` as numbers for the canvas, which
//! cannot read them, and as placeholders for the SVG, which become the tokens themselves.

use plotters::style::{Color, RGBAColor, RGBColor};

/// The colours of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// The background.
    pub surface: RGBColor,
    /// The horizontal lines.
    pub grid: RGBColor,
    /// The zero line and the ticks.
    pub axis: RGBColor,
    /// The axis labels, and the line through the selected day.
    pub text: RGBColor,
    /// Lost days.
    pub lost: RGBColor,
    /// Days that are not yet published.
    pub unpublished: RGBColor,
    /// The range of a drag.
    pub accent: RGBColor,
    /// The usual range.
    pub usual: RGBColor,
    /// What the lines are compared with.
    pub compared: RGBColor,
    /// The lines of the series, by slot.
    pub series: [RGBColor; 4],
}

/// What a dashed line's placeholder has more blue.
const DASHED: u8 = 100;

const LIGHT_SERIES: [RGBColor; 4] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xc2, 0x4e, 0x00),
    RGBColor(0x1b, 0x9e, 0x77),
    RGBColor(0x6b, 0x2d, 0x7b),
];

const DARK_SERIES: [RGBColor; 4] = [
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
];

impl Theme {
    /// Light.
    pub const LIGHT: Self = Self {
        surface: RGBColor(0xff, 0xff, 0xff),
        grid: RGBColor(0xe6, 0xea, 0xee),
        axis: RGBColor(0xd5, 0xdb, 0xe1),
        text: RGBColor(0x55, 0x61, 0x6d),
        lost: RGBColor(0xa3, 0x24, 0x2b),
        unpublished: RGBColor(0x55, 0x61, 0x6d),
        accent: RGBColor(0x0b, 0x6e, 0x75),
        usual: RGBColor(0xdf, 0xe5, 0xea),
        compared: RGBColor(0x6e, 0x78, 0x83),
        series: LIGHT_SERIES,
    };

    /// Dark.
    pub const DARK: Self = Self {
        surface: RGBColor(0x11, 0x16, 0x1d),
        grid: RGBColor(0x1f, 0x26, 0x2e),
        axis: RGBColor(0x28, 0x30, 0x38),
        text: RGBColor(0x93, 0xa1, 0xb0),
        lost: RGBColor(0xff, 0x8f, 0x8f),
        unpublished: RGBColor(0x93, 0xa1, 0xb0),
        accent: RGBColor(0x4c, 0xc3, 0xc9),
        usual: RGBColor(0x23, 0x2c, 0x36),
        compared: RGBColor(0x8a, 0x97, 0xa5),
        series: DARK_SERIES,
    };

    /// Placeholders for the SVG: distinct colours that are never displayed.
    pub const STAND_INS: Self = Self {
        surface: RGBColor(254, 1, 0),
        grid: RGBColor(254, 1, 1),
        axis: RGBColor(254, 1, 2),
        text: RGBColor(254, 1, 3),
        lost: RGBColor(254, 1, 4),
        unpublished: RGBColor(254, 1, 5),
        accent: RGBColor(254, 1, 6),
        usual: RGBColor(254, 1, 7),
        compared: RGBColor(254, 1, 8),
        series: [
            RGBColor(254, 2, 0),
            RGBColor(254, 2, 1),
            RGBColor(254, 2, 2),
            RGBColor(254, 2, 3),
        ],
    };

    /// The same with the colours of these tokens, where there are such.
    #[must_use]
    pub fn recolored(mut self, color: impl Fn(&str) -> Option<RGBColor>) -> Self {
        let tokens = self.tokens();
        let [s1, s2, s3, s4] = &mut self.series;
        let fields = [
            &mut self.surface,
            &mut self.grid,
            &mut self.axis,
            &mut self.text,
            &mut self.lost,
            &mut self.unpublished,
            &mut self.accent,
            &mut self.usual,
            &mut self.compared,
            s1,
            s2,
            s3,
            s4,
        ];
        for (field, (token, _)) in fields.into_iter().zip(tokens) {
            *field = color(token).unwrap_or(*field);
        }
        self
    }

    /// The placeholder of a dashed line, for the SVG, where a colour says that its line is dashed.
    #[must_use]
    pub fn dashed(color: RGBAColor) -> RGBAColor {
        let (red, green, blue) = color.rgb();
        RGBColor(red, green, blue.saturating_add(DASHED)).mix(color.alpha())
    }

    /// Every colour with the token that it is, in the order of the fields.
    #[must_use]
    pub const fn tokens(&self) -> [(&'static str, RGBColor); 13] {
        [
            ("--surface", self.surface),
            ("--border-muted", self.grid),
            ("--border-default", self.axis),
            ("--fg-muted", self.text),
            ("--chart-lost", self.lost),
            ("--chart-unpublished", self.unpublished),
            ("--accent", self.accent),
            ("--chart-usual", self.usual),
            ("--chart-compared", self.compared),
            ("--chart-1", self.series[0]),
            ("--chart-2", self.series[1]),
            ("--chart-3", self.series[2]),
            ("--chart-4", self.series[3]),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(RGBColor(red, green, blue): RGBColor) -> String {
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    #[test]
    fn a_recolored_theme_takes_each_token_into_its_own_field() {
        let dark = Theme::DARK.tokens();
        let of_dark = |token: &str| dark.into_iter().find(|it| it.0 == token).map(|it| it.1);
        assert_eq!(Theme::LIGHT.recolored(of_dark), Theme::DARK);
        assert_eq!(Theme::LIGHT.recolored(|_| None), Theme::LIGHT);
    }

    #[test]
    fn the_canvas_and_the_stylesheet_agree_on_every_colour() {
        let stylesheet = include_str!("../../../style/tokens.css");
        for ((token, light), (_, dark)) in
            Theme::LIGHT.tokens().into_iter().zip(Theme::DARK.tokens())
        {
            let rule = format!("{token}: light-dark({}, {});", hex(light), hex(dark));
            assert!(stylesheet.contains(&rule), "no `{rule}` in the stylesheet");
        }
    }
}
