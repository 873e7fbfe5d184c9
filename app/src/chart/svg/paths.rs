//! Compact paths: the SVG back end writes each line, area and band as an element of its own with
//! absolute points. Neighbours of one style become one path with relative ones, so that years of
//! days with gaps stay a small part of the page.

use std::fmt::Write;

/// Replaces the lines, areas and rectangles among these elements by paths.
pub(super) fn with_paths(elements: &str) -> String {
    let mut text = String::with_capacity(elements.len());
    let mut pending = Path::default();
    for element in elements.split('<').skip(1) {
        let drawn = shape(element);
        let style = drawn.as_ref().map_or("", |(style, _)| *style);
        if style != pending.style {
            pending.end(&mut text);
        }
        if let Some((style, shape)) = drawn {
            pending.add(style, &shape);
        } else {
            text.push('<');
            text.push_str(element);
        }
    }
    pending.end(&mut text);
    text
}

/// The points of a shape, and whether it is closed.
struct Shape {
    points: Vec<(i32, i32)>,
    closed: bool,
}

/// The style of an element and its shape; `None` for text and circles.
fn shape(element: &str) -> Option<(&str, Shape)> {
    let (name, attributes) = element.split_once(' ')?;
    match name {
        "polyline" | "polygon" => {
            let (style, points) = attributes.split_once(" points=\"")?;
            let point = |pair: &str| {
                let (x, y) = pair.split_once(',')?;
                Some((x.parse().ok()?, y.parse().ok()?))
            };
            let points = points.split('"').next()?.split_whitespace();
            let shape = Shape {
                points: points.map(point).collect::<Option<_>>()?,
                closed: name == "polygon",
            };
            Some((style, shape))
        }
        "rect" => {
            let mut rest = attributes;
            let mut sides = [0; 4];
            for (side, name) in sides.iter_mut().zip(["x", "y", "width", "height"]) {
                let (value, after) = rest
                    .strip_prefix(name)?
                    .strip_prefix("=\"")?
                    .split_once('"')?;
                *side = value.parse().ok()?;
                rest = after.trim_start();
            }
            let [left, top, width, height] = sides;
            let (right, bottom) = (left + width, top + height);
            let points = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
            let style = rest.strip_suffix("/>")?;
            let shape = Shape {
                points,
                closed: true,
            };
            Some((style, shape))
        }
        _ => None,
    }
}

/// The path being written.
#[derive(Default)]
struct Path<'a> {
    style: &'a str,
    data: String,
}

impl<'a> Path<'a> {
    fn add(&mut self, style: &'a str, shape: &Shape) {
        self.style = style;
        let [first, rest @ ..] = &shape.points[..] else {
            return;
        };
        let _ = write!(self.data, "M{},{}", first.0, first.1);
        let mut last = *first;
        let mut slanted = false;
        for point in rest {
            let (dx, dy) = (point.0 - last.0, point.1 - last.1);
            match (dx, dy) {
                (_, 0) => _ = write!(self.data, "h{dx}"),
                (0, _) => _ = write!(self.data, "v{dy}"),
                _ => {
                    if !slanted {
                        self.data.push('l');
                    }
                    self.number(dx);
                    self.number(dy);
                }
            }
            slanted = dx != 0 && dy != 0;
            last = *point;
        }
        if shape.closed {
            self.data.push('z');
        }
    }

    /// A minus sign and a letter separate numbers too.
    fn number(&mut self, number: i32) {
        if number >= 0 && self.data.ends_with(|last: char| last.is_ascii_digit()) {
            self.data.push(' ');
        }
        let _ = write!(self.data, "{number}");
    }

    fn end(&mut self, text: &mut String) {
        if !self.data.is_empty() {
            let _ = write!(text, "<path {} d=\"{}\"/>", self.style, self.data);
        }
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_style_become_one_path() {
        let elements = r#"<polyline fill="none" stroke="red" points="10,20 13,15"/><polyline fill="none" stroke="red" points="30,20 40,28 41,28"/><polygon fill="red" points="0,0 5,5 5,0"/><text x="1">a &lt; b</text><rect x="1" y="2" width="3" height="40" opacity="0.1" fill="red"/></svg>"#;
        assert_eq!(
            with_paths(elements),
            r#"<path fill="none" stroke="red" d="M10,20l3-5M30,20l10 8h1"/><path fill="red" d="M0,0l5 5v-5z"/><text x="1">a &lt; b</text><path opacity="0.1" fill="red" d="M1,2h3v40h-3z"/></svg>"#
        );
    }
}
