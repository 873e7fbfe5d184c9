//! Talking with the processes that are measured: a line in, a line out.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process of this same program, in another part.
pub struct Part {
    child: Child,
    ears: ChildStdin,
    mouth: BufReader<ChildStdout>,
}

impl Part {
    /// Starts it.
    pub fn start(words: &[&str]) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("a process without pipes");
        let ears = child.stdin.take().ok_or_else(missing)?;
        let mouth = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        Ok(Self { child, ears, mouth })
    }

    /// Tells it something, and waits for what it says.
    pub fn ask(&mut self, what: &str) -> io::Result<String> {
        writeln!(self.ears, "{what}")?;
        self.hear()
    }

    /// Waits for what it says.
    pub fn hear(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.mouth.read_line(&mut line)? == 0 {
            return Err(io::Error::other("a measured process ended before its time"));
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says a line to whoever started this process.
pub fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// What is said next to this process; `None` when nobody will say anything any more.
pub async fn heard() -> io::Result<Option<String>> {
    tokio::task::spawn_blocking(|| io::stdin().lines().next().transpose())
        .await
        .map_err(io::Error::other)?
}
