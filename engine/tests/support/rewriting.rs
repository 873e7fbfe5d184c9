//! A proxy between Tidemark and the simulated GitHub that rewrites responses.

use std::sync::{Arc, Mutex};

use simulator::Running;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

type Rule = Box<dyn Fn(&str) -> Option<Answer> + Send + Sync>;

/// What replaces parts of GitHub's response.
pub struct Answer {
    body: Option<String>,
    headers: Vec<(String, String)>,
    status: Option<u16>,
}

/// The rules by the part of a path that they apply to; cheap to clone.
#[derive(Clone, Default)]
pub struct Rewriting(Arc<Mutex<Vec<(String, Rule)>>>);

impl Answer {
    /// This body, with GitHub's headers.
    pub fn body(body: &impl ToString) -> Self {
        Self {
            body: Some(body.to_string()),
            headers: Vec::new(),
            status: None,
        }
    }

    /// This status and header, with an empty body.
    pub fn status(status: u16, name: &str, value: &str) -> Self {
        Self {
            body: Some(String::new()),
            headers: vec![(name.to_owned(), value.to_owned())],
            status: Some(status),
        }
    }

    /// Adds or replaces a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Rewriting {
    /// Starts the proxy, and returns its URL.
    pub async fn serve(&self, github: &Running) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (rules, github) = (self.clone(), github.url().to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (rules, github) = (rules.clone(), github.clone());
                tokio::spawn(async move { rules.pass_on(stream, &github).await });
            }
        });
        address
    }

    /// From now on, rewrites responses to paths that contain this, based on GitHub's body.
    pub fn set(&self, path: &str, make: impl Fn(&str) -> Answer + Send + Sync + 'static) {
        let mut rules = self.0.lock().expect("rules");
        rules.retain(|(known, _)| known != path);
        rules.push((path.to_owned(), Box::new(move |body| Some(make(body)))));
    }

    /// From now on, replaces the body of such responses.
    pub fn say(&self, path: &str, body: &impl ToString) {
        let body = body.to_string();
        self.set(path, move |_| Answer::body(&body));
    }

    /// Stops rewriting.
    pub fn stop(&self) {
        self.0.lock().expect("rules").clear();
    }

    async fn pass_on(&self, mut stream: TcpStream, github: &str) -> Option<()> {
        let (reading, mut writing) = stream.split();
        let mut lines = BufReader::new(reading).lines();
        let first = lines.next_line().await.ok()??;
        let mut parts = first.split(' ');
        let (method, path) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .ok()?;
        let mut request = client.request(method.parse().ok()?, format!("{github}{path}"));
        while let Some(line) = lines
            .next_line()
            .await
            .ok()?
            .filter(|line| !line.is_empty())
        {
            let (name, value) = line.split_once(": ")?;
            if !["host", "connection", "content-length"].contains(&name.to_lowercase().as_str()) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.ok()?;
        let mut status = answer.status().as_u16();
        let mut headers: Vec<(String, String)> = (answer.headers().iter())
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .filter(|(name, _)| !["content-length", "transfer-encoding"].contains(&name.as_str()))
            .collect();
        let mut body = answer.bytes().await.ok()?.to_vec();
        let rewritten = {
            let rules = self.0.lock().expect("rules");
            let rule = rules.iter().find(|(part, _)| path.contains(part));
            rule.and_then(|(_, rule)| rule(&String::from_utf8_lossy(&body)))
        };
        if let Some(rewritten) = rewritten {
            // GitHub's entity tag does not match the new body.
            headers.retain(|(name, _)| {
                name != "etag" && (rewritten.headers.iter()).all(|(other, _)| other != name)
            });
            headers.extend(rewritten.headers);
            status = rewritten.status.unwrap_or(status);
            body = rewritten.body.map_or(body, String::into_bytes);
        }
        let mut head = format!("HTTP/1.1 {status} Rewritten\r\n");
        headers.push(("content-length".to_owned(), body.len().to_string()));
        headers.push(("connection".to_owned(), "close".to_owned()));
        for (name, value) in headers {
            head.extend([&name, ": ", &value, "\r\n"]);
        }
        head.push_str("\r\n");
        writing.write_all(head.as_bytes()).await.ok()?;
        writing.write_all(&body).await.ok()?;
        writing.shutdown().await.ok()
    }
}
