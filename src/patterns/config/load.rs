//! Settings from TOML and JSON files, and from the environment.
#![forbid(unsafe_code)]

use super::errors::LoadError;
#[cfg(feature = "json")]
use super::parse::parse_json;
#[cfg(feature = "toml")]
use super::parse::parse_toml;
use super::settings::Settings;
use super::value::Value;
use std::ffi::OsString;
use std::path::Path;

/// What turns the text of a file into settings.
type Parser = fn(&str, &str) -> Result<Settings, LoadError>;

impl Settings {
    /// The settings of a file, in the format that its name ends with: `.toml` (feature `toml`) or `.json` (feature `json`), upper or
    /// lower case. The text is UTF-8, and may begin with a byte-order mark.
    ///
    /// Tables become keys with dots: `url` in the table `database` is `database.url`. A table without rows is a value, an empty table, so
    /// that a section exists if its heading does.
    ///
    /// Lists and tables may be nested to 64 levels, including the file itself. Deeper ones are refused, because a value that is too deep
    /// would overflow the stack of whatever thread copies or drops it.
    ///
    /// # Errors
    /// [`LoadError`], which names the file, and the line or the key.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let error = Settings::from_file("no/such/app.yaml").unwrap_err().to_string();
    /// assert!(error.contains("no/such/app.yaml") && error.contains("`.toml`"), "{error}");
    /// ```
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let origin = path.display().to_string();
        let parse = parser_of(path).map_err(|problem| LoadError::new(&origin, problem))?;
        let text = std::fs::read_to_string(path).map_err(|error| {
            LoadError::new(&origin, format!("cannot read the file: {error}")).caused_by(error)
        })?;
        parse(&text, &origin)
    }

    /// The settings in a text of TOML. Dates and times become strings. Otherwise as [`from_file`](Self::from_file).
    ///
    /// # Errors
    /// [`LoadError`], which names the line, or the key.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let settings = Settings::from_toml("[database]\nurl = 'localhost'\nports = [1, 2]").unwrap();
    /// assert_eq!(settings.get("database.url"), Some(&"localhost".into()));
    /// assert_eq!(settings.get("database.ports"), Some(&vec![1, 2].into()));
    /// ```
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, LoadError> {
        parse_toml(text, "text")
    }

    /// The settings in a text of JSON, which must be an object. A number with a point or an exponent is a float, any other an integer:
    /// `-0` is 0. Otherwise as [`from_file`](Self::from_file).
    ///
    /// # Errors
    /// [`LoadError`], which names the line, or the key: of a `null`, or of an integer that does not fit into 64 bits.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let settings = Settings::from_json(r#"{"database": {"url": "localhost"}}"#).unwrap();
    /// assert_eq!(settings.get("database.url"), Some(&"localhost".into()));
    /// ```
    #[cfg(feature = "json")]
    pub fn from_json(text: &str) -> Result<Self, LoadError> {
        parse_json(text, "text")
    }

    /// Adds the environment variables whose name is `prefix`, an underscore, and a key in capitals with `__` for the dots; they replace
    /// what is there. With the prefix `APP`, `APP_DATABASE__URL` is `database.url`.
    ///
    /// A key that is there keeps its type: the text of the variable is read as that. For other keys, `true` and `false` are
    /// bools, whole numbers integers, numbers with a point floats, if they are written as this crate prints them; everything else is a
    /// string. So `1.10`, `007`, `+1` and `1.` are strings: a version or a code is not taken for a number that has lost a digit.
    ///
    /// # Errors
    /// [`LoadError`], which names the variable: its text does not have the type of its key, or is not text.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let mut settings = Settings::from_iter([("port", 80.into())]);
    /// settings.merge_env("MYAPP").unwrap();
    /// ```
    pub fn merge_env(&mut self, prefix: &str) -> Result<(), LoadError> {
        self.merge_variables(prefix, std::env::vars_os())
    }

    /// As [`merge_env`](Self::merge_env), with these variables.
    ///
    /// # Errors
    /// As there.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let mut settings = Settings::from_iter([("password", "secret".into()), ("port", 80.into())]);
    /// let variables = [("APP_PASSWORD", "12345"), ("APP_LOG__LEVEL", "debug"), ("HOME", "/")];
    /// settings.merge_variables("APP", variables.map(|(name, text)| (name.into(), text.into()))).unwrap();
    /// assert_eq!(settings.get("password"), Some(&"12345".into())); // a string, as it was
    /// assert_eq!(settings.get("log.level"), Some(&"debug".into()));
    ///
    /// let error = settings.merge_variables("APP", [("APP_PORT".into(), "eighty".into())]).unwrap_err().to_string();
    /// assert!(error.contains("APP_PORT") && error.contains("an integer"), "{error}");
    /// ```
    pub fn merge_variables(
        &mut self,
        prefix: &str,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<(), LoadError> {
        let mut over = Settings::new();
        for (name, text) in variables {
            let Some(name) = name.to_str() else { continue };
            let Some(key) = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')) else {
                continue;
            };
            let (origin, key) = (format!("the variable {name}"), key.replace("__", ".").to_lowercase());
            let Some(text) = text.to_str() else {
                return Err(LoadError::new(&origin, "it is no text in UTF-8: set it anew").at(&key));
            };
            let value = read_variable(text, self.get(&key)).map_err(|expected| {
                LoadError::new(&origin, format!("expected {expected}, found `{text}`: set another text"))
                    .at(&key)
            })?;
            over.set(&key, value);
        }
        self.merge(over);
        Ok(())
    }
}

/// The text of a variable as a value of the type that the key has; otherwise, what was expected.
fn read_variable(text: &str, current: Option<&Value>) -> Result<Value, &'static str> {
    match current {
        None => Ok(guess(text)),
        Some(Value::String(_)) => Ok(text.into()),
        Some(Value::Bool(_)) => text.parse::<bool>().map(Value::from).map_err(|_| "`true` or `false`"),
        Some(Value::Integer(_)) => text.parse::<i64>().map(Value::from).map_err(|_| "an integer"),
        Some(Value::Float(_)) => text.parse::<f64>().map(Value::from).map_err(|_| "a float"),
        Some(Value::List(_) | Value::Table(_)) => {
            Err("another key: this one holds a list or a table, which a variable cannot")
        }
    }
}

/// The value that a text most probably means. A text that would not be printed as it was is a text: `007`, `1.10`, `1e5`.
fn guess(text: &str) -> Value {
    if let Ok(value) = text.parse::<bool>() {
        return value.into();
    }
    let has_point = text.contains('.') && !text.contains(['e', 'E']);
    let integer = text.parse::<i64>().ok().map(Value::from);
    let number = integer.or_else(|| text.parse::<f64>().ok().filter(|_| has_point).map(Value::from));
    number.filter(|number| number.to_string() == text).unwrap_or_else(|| text.into())
}

/// What parses a file of this name.
fn parser_of(path: &Path) -> Result<Parser, String> {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    match extension.as_deref() {
        #[cfg(feature = "toml")]
        Some("toml") => Ok(parse_toml),
        #[cfg(feature = "json")]
        Some("json") => Ok(parse_json),
        Some(format) if ["toml", "json"].contains(&format) => Err(format!(
            "this program was built without {format}: turn on the feature `{format}` of sync-map"
        )),
        _ => Err("the format is not known: name the file `.toml` or `.json`".into()),
    }
}
