//! A client of the served program, and the times of its requests.

use std::time::{Duration, Instant};

use reqwest::header::ACCEPT_ENCODING;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

use crate::BenchResult;
use crate::requests::{Measured, Sender};
use crate::set_up::{EMAIL, PASSWORD};

/// How long one row of the table may take; slow requests are repeated less often.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A browser with a session, and programs with API tokens.
#[derive(Clone)]
pub struct Visitors {
    url: String,
    client: Client,
    tokens: Vec<String>,
}

/// The measurement of one request.
pub struct Row {
    pub name: &'static str,
    pub variant: String,
    pub times: Times,
    /// The bytes of the page or list.
    pub bytes: u64,
    /// The bytes sent to a client that accepts gzip.
    pub compressed: u64,
}

/// The times of repeated requests, the shortest first.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// The time that so many percent of the requests did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let index = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(index).copied().unwrap_or_default()
    }
}

impl Visitors {
    /// Signs in.
    pub async fn new(url: &str, tokens: Vec<String>) -> BenchResult<Self> {
        let client = Client::builder()
            .redirect(Policy::none())
            .cookie_store(true)
            .build()?;
        let form = [
            ("do", "sign-in"),
            ("email", EMAIL),
            ("password", PASSWORD),
            ("next", ""),
        ];
        let response = client
            .post(format!("{url}/sign-in"))
            .form(&form)
            .send()
            .await?;
        if response.status() != 303 {
            return Err(format!("signing in was answered with {}", response.status()).into());
        }
        Ok(Self {
            url: url.to_owned(),
            client,
            tokens,
        })
    }

    /// A request to the REST API with the last token, which no measured request uses.
    pub fn program(&self, method: &str, path: &str) -> BenchResult<RequestBuilder> {
        let url = format!("{}/api/v1{path}", self.url);
        let request = self.client.request(method.parse()?, url);
        let token = self.tokens.last().ok_or("no API token")?;
        Ok(request.bearer_auth(token))
    }

    /// Sends the request once to warm up, once for its size, and then repeatedly.
    pub async fn measure(&self, request: &Measured, repetitions: usize) -> BenchResult<Row> {
        let (_, bytes) = self.request(request, "identity").await?;
        let began = Instant::now();
        let (mut times, mut compressed) = (Vec::new(), 0);
        while times.len() < repetitions && (times.is_empty() || began.elapsed() < TIME_LIMIT) {
            let (time, size) = self.request(request, "gzip").await?;
            times.push(time);
            compressed = size;
        }
        Ok(Row {
            name: request.name,
            variant: request.variant.clone(),
            times: Times::new(times),
            bytes,
            compressed,
        })
    }

    /// Requests a page as a browser does: the time until its last byte.
    pub async fn page(&self, path: &str) -> BenchResult<Duration> {
        let page = self.client.get(format!("{}{path}", self.url));
        Ok(read(page.header(ACCEPT_ENCODING, "gzip")).await?.0)
    }

    async fn request(&self, request: &Measured, encoding: &str) -> BenchResult<(Duration, u64)> {
        let builder = self.client.get(format!("{}{}", self.url, request.path));
        let builder = match request.sender {
            Sender::Browser => builder,
            Sender::Program(number) => builder.bearer_auth(&self.tokens[number]),
        };
        read(builder.header(ACCEPT_ENCODING, encoding)).await
    }
}

/// Sends a request and reads the response: the time and the bytes.
async fn read(request: RequestBuilder) -> BenchResult<(Duration, u64)> {
    let began = Instant::now();
    let mut response = request.send().await?;
    if response.status() != 200 {
        let address = response.url().clone();
        return Err(format!("{address} was answered with {}", response.status()).into());
    }
    let mut bytes = 0;
    while let Some(chunk) = response.chunk().await? {
        bytes += u64::try_from(chunk.len())?;
    }
    Ok((began.elapsed(), bytes))
}
