//! Tests of the drawing on the server.

use domain::{Day, DayRange, Interval};

use super::*;
use crate::chart::spec::{
    ChartEvent, ComparedLines, EventKind, Line, Series, Shade, ShadeKind, Slot, UsualBand,
};

fn at(text: &str) -> Day {
    text.parse().unwrap()
}

fn series(line: Line, slot: Slot, values: &[Option<u64>]) -> Series {
    Series {
        key: format!("{slot:?}"),
        label: format!("{slot:?}"),
        line,
        slot,
        values: values.to_vec(),
        visible: true,
    }
}

fn spec(line: Line, values: &[Option<u64>]) -> ChartSpec {
    let mut spec = ChartSpec::new("Traffic", Interval::Day, at("2026-07-06"), values.len());
    spec.series.push(series(line, Slot::One, values));
    spec
}

fn release(day: &str, label: &str) -> ChartEvent {
    ChartEvent {
        kind: EventKind::Release,
        days: DayRange::new(at(day), at(day)).unwrap(),
        label: label.to_owned(),
        link: None,
    }
}

fn wide(spec: &ChartSpec) -> String {
    svg(spec, "wide", 1080).expect("an SVG")
}

/// The data of every path with this attribute.
fn paths<'a>(svg: &'a str, attribute: &str) -> Vec<&'a str> {
    (svg.split("<path ").skip(1))
        .filter_map(|rest| rest.split_once("/>")?.0.split_once(" d=\""))
        .filter(|(style, _)| style.contains(attribute))
        .map(|(_, data)| data.trim_end_matches('"'))
        .collect()
}

/// The points of every line in this colour, in tenths of a pixel.
fn lines(svg: &str, token: &str) -> Vec<Vec<(i32, i32)>> {
    let paths = paths(svg, &format!("stroke=\"var({token})\""));
    let parts = paths.iter().flat_map(|data| data.split('M').skip(1));
    parts.map(points).collect()
}

/// The points of `10,20l3-5 2 4h7`.
fn points(part: &str) -> Vec<(i32, i32)> {
    let mut text = String::new();
    for sign in part.chars() {
        match sign {
            'h' => text.push_str(" h"),
            'v' => text.push_str(" 0 v"),
            'l' | ',' | 'z' => text.push(' '),
            '-' if !text.ends_with(['h', 'v']) => text.push_str(" -"),
            other => text.push(other),
        }
    }
    let mut numbers: Vec<i32> = Vec::new();
    for word in text.split_whitespace() {
        let (level, number) = word
            .strip_prefix('h')
            .map_or((false, word), |rest| (true, rest));
        numbers.push(number.trim_start_matches('v').parse().unwrap());
        if level {
            numbers.push(0);
        }
    }
    let steps = numbers.chunks(2).map(|pair| (pair[0], pair[1]));
    steps
        .scan((0, 0), |at, (x, y)| {
            *at = (at.0 + x, at.1 + y);
            Some(*at)
        })
        .collect()
}

#[test]
fn a_line_goes_through_every_known_day() {
    let svg = wide(&spec(Line::Solid, &[Some(0), Some(4), Some(2)]));
    let lines = lines(&svg, "--chart-1");
    assert_eq!(lines.len(), 1);
    let heights: Vec<_> = lines[0].iter().map(|(_, y)| *y).collect();
    let (zero, half, full) = (heights[0], heights[2], heights[1]);
    assert_eq!(heights.len(), 3);
    assert!(full < half && half < zero);
    assert!((i32::midpoint(zero, full) - half).abs() <= 1);
}

#[test]
fn an_unknown_day_splits_the_line_and_is_never_drawn_as_zero() {
    let values = [Some(5), Some(5), None, Some(5), Some(5), None, Some(5)];
    let svg = wide(&spec(Line::Area, &values));
    let lines = lines(&svg, "--chart-1");
    assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    let level = lines[0][0].1;
    assert!(lines.iter().flatten().all(|(_, y)| *y == level));
    let areas = paths(&svg, " fill=\"var(--chart-1)\"").concat();
    assert_eq!(areas.matches('z').count(), 2, "an area under each");
    assert_eq!(svg.matches("<circle").count(), 1, "the single day is a dot");
}

#[test]
fn unpublished_days_end_the_line_and_are_shaded() {
    let mut spec = spec(Line::Solid, &[Some(5), Some(5), None, None]);
    spec.shades.push(Shade {
        days: DayRange::new(at("2026-07-08"), at("2026-07-09")).unwrap(),
        kind: ShadeKind::Unpublished,
    });
    let svg = wide(&spec);
    let lines = lines(&svg, "--chart-1");
    let layout = Layout::of(&spec, &Viewport::default(), 1080.0, HEIGHT);
    let last = lines[0].last().unwrap().0;
    assert!((f64::from(last) - layout.x(1) * 10.0).abs() <= 1.0);
    let shade = paths(&svg, "fill=\"var(--chart-unpublished)\"")[0];
    let left = f64::from(points(shade.trim_start_matches('M'))[0].0);
    assert!((left - layout.day_edge(&spec, at("2026-07-08")) * 10.0).abs() <= 1.0);
}

#[test]
fn a_day_that_a_shown_line_has_is_not_painted_as_lost() {
    let mut spec = spec(Line::Solid, &[Some(5), Some(5), None]);
    let mut clones = series(Line::Solid, Slot::Three, &[None, None, None]);
    clones.visible = false;
    spec.series.push(clones);
    spec.shades.push(Shade {
        days: DayRange::new(at("2026-07-06"), at("2026-07-08")).unwrap(),
        kind: ShadeKind::Lost,
    });
    let shades = |spec: &ChartSpec| paths(&wide(spec), "fill=\"var(--chart-lost)\"").len();
    let left = |spec: &ChartSpec| {
        let svg = wide(spec);
        let shade = paths(&svg, "fill=\"var(--chart-lost)\"")[0];
        f64::from(points(shade.trim_start_matches('M'))[0].0)
    };
    let layout = Layout::of(&spec, &Viewport::default(), 1080.0, HEIGHT);
    assert_eq!(shades(&spec), 1);
    let third = layout.day_edge(&spec, at("2026-07-08")) * 10.0;
    assert!((left(&spec) - third).abs() <= 1.0, "only the third day");
    // With only clones visible, no day has a value.
    spec.series[0].visible = false;
    spec.series[1].visible = true;
    let layout = Layout::of(&spec, &Viewport::default(), 1080.0, HEIGHT);
    let first = layout.day_edge(&spec, at("2026-07-06")) * 10.0;
    assert!((left(&spec) - first).abs() <= 1.0, "all three days");
}

#[test]
fn every_colour_is_a_token_of_both_themes() {
    let mut spec = spec(Line::Area, &[Some(1), Some(400), None]);
    spec.series
        .push(series(Line::Dashed, Slot::Two, &[Some(1), Some(2), None]));
    spec.shades.push(Shade {
        days: DayRange::new(at("2026-07-08"), at("2026-07-08")).unwrap(),
        kind: ShadeKind::Lost,
    });
    spec.events.push(release("2026-07-07", "v0.5"));
    let svg = wide(&spec);
    assert!(!svg.contains('#'), "no colour of its own: {svg}");
    assert!(!svg.contains("font-family"), "the page's font: {svg}");
    for token in [
        "--chart-1",
        "--chart-2",
        "--chart-4",
        "--chart-lost",
        "--fg-muted",
        "--border-muted",
    ] {
        assert!(svg.contains(&format!("var({token})")), "{token}");
    }
    assert!(svg.contains("stroke=\"var(--chart-2)\" stroke-dasharray"));
    for label in ["100", "200", "300", "400", "7 Jul", "v0.5"] {
        assert!(svg.contains(&format!(">{label}</text>")), "{label}: {svg}");
    }
}

#[test]
fn events_lie_in_a_lane_below_the_axis_and_crowded_ones_are_counted() {
    let mut spec = spec(Line::Solid, &[Some(1); 200]);
    let bare = wide(&spec);
    spec.events = vec![
        release("2026-08-25", "v1.0"),
        release("2026-12-03", "v1.8"),
        release("2026-12-04", "v1.9"),
        release("2026-12-04", "v1.9.1"),
    ];
    let svg = wide(&spec);
    let named = |label: &str| svg.contains(&format!(">{label}</text>"));
    assert!(named("v1.0") && named("3 releases"), "{svg}");
    assert!(!named("v1.8") && !named("v1.9"), "{svg}");
    let symbols = lines(&svg, "--chart-4");
    assert_eq!(symbols.len(), 4, "one symbol for each event");
    let line = |svg: &str| {
        lines(svg, "--chart-1")
            .concat()
            .into_iter()
            .map(|(_, y)| y)
            .max()
    };
    assert!(symbols.concat().iter().all(|(_, y)| Some(*y) > line(&bare)));
}

#[test]
fn long_ranges_of_days_are_faint_below_their_mean_without_an_area() {
    let mut daily = spec(Line::Area, &[Some(4); 61]);
    daily.has_mean = true;
    let svg = wide(&daily);
    assert!(paths(&svg, " fill=\"var(--chart-1)\"").is_empty(), "{svg}");
    assert_eq!(lines(&svg, "--chart-1").len(), 2, "the days and their mean");
    assert_eq!(paths(&svg, "opacity=\"0.3\"").len(), 1, "{svg}");
    daily.len = 60;
    daily.series[0].values.pop();
    assert_eq!(lines(&wide(&daily), "--chart-1").len(), 1);
}

#[test]
fn a_comparison_is_dashed_and_stops_where_its_days_are_unknown() {
    let mut spec = spec(Line::Solid, &[Some(4), Some(5), Some(6), Some(7), Some(8)]);
    spec.compared = Some(ComparedLines {
        label: "before".to_owned(),
        first: at("2026-06-29"),
        values: vec![
            (
                "One".to_owned(),
                vec![Some(1), Some(2), None, Some(3), Some(4)],
            ),
            ("hidden".to_owned(), vec![Some(900); 5]),
        ],
    });
    let svg = wide(&spec);
    let compared = lines(&svg, "--chart-compared");
    assert_eq!(compared.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    assert!(svg.contains("stroke=\"var(--chart-compared)\" stroke-dasharray"));
}

#[test]
fn the_usual_range_is_a_band_and_a_day_outside_it_has_a_dot() {
    let mut spec = spec(Line::Solid, &[Some(4), Some(5), Some(60), Some(7)]);
    spec.usual = Some(UsualBand {
        series: "One".to_owned(),
        ranges: vec![Some((3, 9)), Some((3, 9)), Some((3, 9)), None],
        from: None,
    });
    let svg = wide(&spec);
    let band = paths(&svg, "fill=\"var(--chart-usual)\"");
    assert_eq!(band.len(), 1, "{svg}");
    assert_eq!(svg.matches("<circle").count(), 2, "the dot and its ground");
    spec.series[0].visible = false;
    assert!(!wide(&spec).contains("var(--chart-usual)"));
}

#[test]
fn hidden_lines_are_left_out_of_the_first_paint() {
    let mut spec = spec(Line::Solid, &[Some(1), Some(2)]);
    spec.series[0].visible = false;
    assert!(lines(&wide(&spec), "--chart-1").is_empty());
}

#[test]
fn the_first_paint_has_every_width_and_says_what_it_shows() {
    let mut spec = spec(Line::Solid, &[Some(1), Some(2)]);
    spec.title = "Traffic of <b> & \"c\"".to_owned();
    let html = first_paint(&spec);
    for class in ["narrow", "medium", "wide"] {
        assert!(html.contains(&format!("<svg class=\"{class}\" role=\"img\"")));
    }
    assert_eq!(html.matches("</svg>").count(), 3);
    assert!(html.contains("aria-label=\"Traffic of &lt;b> &amp; &quot;c&quot; by day"));
}

#[test]
fn a_week_that_still_grows_is_dashed_and_ends_in_a_hollow_point_that_says_so_far() {
    let mut weekly = spec(Line::Solid, &[Some(7), Some(8), Some(3)]);
    weekly.interval = Interval::Week;
    let over = wide(&weekly);
    assert!(!over.contains("so far") && !over.contains("stroke-dasharray"));

    weekly.growing = Some(2);
    let svg = wide(&weekly);
    assert_eq!(
        lines(&svg, "--chart-1")
            .iter()
            .map(Vec::len)
            .collect::<Vec<_>>(),
        [2, 2]
    );
    assert_eq!(svg.matches("stroke-dasharray").count(), 1);
    assert_eq!(svg.matches("<circle").count(), 2, "its ground and its ring");
    assert_eq!(svg.matches("so far").count(), 1);
}

#[test]
fn ten_years_of_days_stay_small_with_every_peak_and_gap() {
    let values: Vec<_> = (0..3_650)
        .map(|day| (day % 30 != 0).then_some(day * 7_919 % 997))
        .collect();
    let html = first_paint(&spec(Line::Area, &values));
    assert!(html.len() < 50_000, "{} bytes", html.len());
    let svg = wide(&spec(Line::Area, &values));
    let lines = lines(&svg, "--chart-1");
    assert_eq!(lines.len(), 122, "a gap each month");
    let highest = lines.iter().flatten().map(|(_, y)| *y).min();
    let layout = Layout::of(
        &spec(Line::Area, &values),
        &Viewport::default(),
        1080.0,
        HEIGHT,
    );
    let peak = f64::from(highest.unwrap()) / 10.0;
    assert!((peak - layout.y(996.0)).abs() < 0.1, "{peak}");
}

#[test]
fn a_file_has_its_title_its_range_its_source_and_its_lines_in_colours_of_its_own() {
    let mut spec = spec(Line::Dashed, &[Some(3), Some(8), None, Some(5)]);
    spec.series[0].label = "Views & more".to_owned();
    let file = document(&spec, "octo/<hello>").expect("a file");
    for part in [
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="1118""#,
        "<title>Traffic – octo/&lt;hello></title>",
        "6 Jul – 9 Jul 2026 by day · Source: GitHub, kept by Tidemark",
        "Views &amp; more",
        r##"fill="#0072B2""##,
        "stroke-dasharray",
    ] {
        assert!(file.contains(part), "{part} in {file}");
    }
    assert!(!file.contains("var("), "only pages know tokens: {file}");
    assert_eq!(file.matches("<svg").count(), 1);
}
