//! A plotters back end with a resolution of a tenth of a pixel.
//!
//! plotters cuts every coordinate off at the size that the back end reports. A canvas reports its
//! pixels, and not what its transformation makes of them.

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// A back end with an explicit size.
pub(super) struct Subpixel<DB> {
    inner: DB,
    size: (u32, u32),
}

impl<DB> Subpixel<DB> {
    /// Draws with `inner`, which takes coordinates up to `size`.
    pub(super) const fn new(inner: DB, size: (u32, u32)) -> Self {
        Self { inner, size }
    }
}

type Outcome<DB> = Result<(), DrawingErrorKind<<DB as DrawingBackend>::ErrorType>>;

impl<DB: DrawingBackend> DrawingBackend for Subpixel<DB> {
    type ErrorType = DB::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome<DB> {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Outcome<DB> {
        self.inner.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome<DB> {
        self.inner.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Outcome<DB> {
        self.inner.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome<DB> {
        self.inner.draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome<DB> {
        self.inner.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome<DB> {
        self.inner.draw_circle(center, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome<DB> {
        self.inner.fill_polygon(path, style)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Outcome<DB> {
        self.inner.draw_text(text, style, pos)
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use plotters::backend::SVGBackend;
    use plotters::drawing::IntoDrawingArea;
    use plotters::element::PathElement;
    use plotters::style::BLACK;

    use super::*;

    #[test]
    fn what_lies_beyond_the_pixels_of_the_back_end_is_drawn() {
        let mut svg = String::new();
        {
            let subpixel = Subpixel::new(SVGBackend::with_string(&mut svg, (100, 30)), (1000, 300));
            let root = subpixel.into_drawing_area();
            root.draw(&PathElement::new(vec![(0, 0), (990, 290)], BLACK))
                .unwrap();
            root.present().unwrap();
        }
        assert!(svg.contains("0,0 990,290"), "{svg}");
    }
}
