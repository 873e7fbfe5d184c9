//! The measured process: the real program, serving a database.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::BenchResult;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tidemark");

/// A serving process, which ends with this value.
pub struct Server {
    child: Child,
    /// Where it serves, without a final slash.
    pub url: String,
    /// From the start of the process until it serves, with the migrations.
    pub start: Duration,
    _output: BufReader<ChildStdout>,
}

/// The memory of the process in kilobytes: now, and at its peak.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub now_kb: u64,
    pub peak_kb: u64,
}

/// Runs a command of the program to its end.
pub fn run(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> BenchResult {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{arguments:?} failed: {message}").into())
}

impl Server {
    /// Starts it with these variables in a folder that gets its log, and waits until it serves.
    pub fn start(folder: &Path, variables: &[(&str, &str)]) -> BenchResult<Self> {
        let log = folder.join("server.log");
        let began = Instant::now();
        let mut child = Command::new(PROGRAM)
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .envs(variables.iter().copied())
            .env("TIDEMARK_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&log)?)
            .spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("a process without output")?);
        let mut line = String::new();
        let url = loop {
            line.clear();
            if output.read_line(&mut line)? == 0 {
                let status = child.wait()?;
                let log = fs::read_to_string(&log)?;
                return Err(format!("the server ended early ({status}): {log}").into());
            }
            if let Some(url) = line.trim().strip_prefix("Tidemark is served at ") {
                break url.to_owned();
            }
        };
        Ok(Self {
            child,
            url,
            start: began.elapsed(),
            _output: output,
        })
    }

    pub fn memory(&self) -> BenchResult<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes = |name: &str| -> BenchResult<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            Ok(number.ok_or("the kernel reports no memory")?.parse()?)
        };
        Ok(Memory {
            now_kb: kilobytes("VmRSS:")?,
            peak_kb: kilobytes("VmHWM:")?,
        })
    }

    /// Asks it to end, as a service manager does, and waits.
    pub fn stop(mut self) -> BenchResult {
        let pid = self.child.id().to_string();
        Command::new("kill").arg(pid).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
