//! What is measured: sizes, databases and schema, from the command line.

use std::fmt;
use std::str::FromStr;

use crate::{BenchResult, Failure};

/// How much a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub repositories: i64,
    pub years: i64,
}

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The schema in which days are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The one before the program's own, which migrates it.
    Previous,
    /// The program's own.
    Current,
}

/// The options of one run.
pub struct Options {
    pub sizes: Vec<Size>,
    pub databases: Vec<Kind>,
    pub schema: Schema,
    /// The most requests for each row of the table.
    pub repetitions: usize,
    /// Leaves the file of each measured SQLite database in `target/bench-pages/`.
    pub keep: bool,
    /// Whether progress and results are printed.
    pub prints: bool,
}

impl Options {
    /// Reads the arguments; `None` if `cargo test` selects other tests.
    pub fn parse(arguments: &[String]) -> BenchResult<Option<Self>> {
        // `cargo bench` passes `--bench`, and `cargo test` does not.
        if !arguments.iter().any(|argument| argument == "--bench") {
            return Ok(Self::test(arguments));
        }
        let mut options = Self {
            sizes: list("12x3,1000x5")?,
            databases: vec![Kind::Sqlite, Kind::Postgres],
            schema: Schema::Previous,
            repetitions: 20,
            keep: false,
            prints: true,
        };
        let mut arguments = arguments.iter().filter(|argument| *argument != "--bench");
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--sizes" => options.sizes = list(value()?)?,
                "--databases" => options.databases = list(value()?)?,
                "--schema" => options.schema = value()?.parse()?,
                "--repetitions" => options.repetitions = value()?.parse()?,
                "--keep" => options.keep = true,
                _ => return Err(format!("{argument} is no option of this benchmark").into()),
            }
        }
        Ok(Some(options))
    }

    /// A small run, as a test. Libtest's options mean nothing here, but its filters do.
    fn test(arguments: &[String]) -> Option<Self> {
        let mut filters = arguments
            .iter()
            .filter(|argument| !argument.starts_with('-'))
            .peekable();
        let listed = arguments.iter().any(|argument| argument == "--list");
        let selected = filters.peek().is_none() || filters.any(|filter| filter.contains("pages"));
        (selected && !listed).then(|| Self {
            sizes: vec![Size {
                repositories: 12,
                years: 1,
            }],
            databases: vec![Kind::Sqlite],
            schema: Schema::Previous,
            repetitions: 1,
            keep: false,
            prints: false,
        })
    }
}

fn list<T: FromStr<Err = Failure>>(text: &str) -> BenchResult<Vec<T>> {
    text.split(',').map(str::parse).collect()
}

impl FromStr for Size {
    type Err = Failure;

    fn from_str(text: &str) -> BenchResult<Self> {
        let numbers = text.split_once('x').and_then(|(repositories, years)| {
            Some(Self {
                repositories: repositories.parse().ok()?,
                years: years.parse().ok()?,
            })
        });
        numbers
            .filter(|size| size.repositories > 0 && size.years > 0)
            .ok_or_else(|| format!("“{text}” is no size such as 1000x5").into())
    }
}

impl FromStr for Kind {
    type Err = Failure;

    fn from_str(text: &str) -> BenchResult<Self> {
        match text {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" => Ok(Self::Postgres),
            _ => Err(format!("“{text}” is neither sqlite nor postgres").into()),
        }
    }
}

impl FromStr for Schema {
    type Err = Failure;

    fn from_str(text: &str) -> BenchResult<Self> {
        match text {
            "previous" => Ok(Self::Previous),
            "current" => Ok(Self::Current),
            _ => Err(format!("“{text}” is neither previous nor current").into()),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.repositories, self.years)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}
