//! Settings from TOML and JSON files, and from the environment.
#![forbid(unsafe_code)]

use super::settings::Settings;
use super::value::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

/// Settings could not be loaded: from where, which key if it is about one, what is wrong and what to do. Nothing was changed.
///
/// ```
/// let error = sync_map::config::Settings::from_file("no/such.toml").unwrap_err();
/// assert!(error.to_string().starts_with("cannot load the configuration from no/such.toml: "), "{error}");
/// ```
#[derive(Debug)]
pub struct LoadError {
    /// The file, or the variable of the environment; `text` when it was given as text.
    pub origin: String,
    /// The key, when it is about one.
    pub key: Option<String>,
    /// What is wrong, and what to do.
    pub problem: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl LoadError {
    fn new(origin: &str, problem: impl Into<String>) -> Self {
        LoadError { origin: origin.to_owned(), key: None, problem: problem.into(), source: None }
    }

    fn at(self, key: &str) -> Self {
        LoadError { key: Some(key.to_owned()), ..self }
    }

    fn caused_by(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        LoadError { source: Some(source.into()), ..self }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot load the configuration from {}: ", self.origin)?;
        if let Some(key) = &self.key {
            write!(f, "key `{key}`: ")?;
        }
        f.write_str(self.problem.trim_end())
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What the text of a file is turned into settings by.
type Parser = fn(&str, &str) -> Result<Settings, LoadError>;

impl Settings {
    /// The settings of a file, in the format that its name ends with: `.toml` (feature `toml`) or `.json` (feature `json`). Tables
    /// become keys with dots: `url` in the table `database` is `database.url`.
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

    /// The settings in a text of TOML. Dates and times become strings.
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

    /// The settings in a text of JSON, which must be an object.
    ///
    /// # Errors
    /// [`LoadError`], which names the line, or the key: of a `null`, or of an integer that has no 64 bits.
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

    /// Puts the variables of the environment on top whose name is `prefix`, an underscore, and a key in capitals, with `__` for
    /// the dots: with the prefix `APP`, `APP_DATABASE__URL` is `database.url`.
    ///
    /// A key that is there keeps its type: the text of the variable is read as that. For other keys, `true` and `false` are
    /// bools, whole numbers integers, numbers with a point floats; all else is a string.
    ///
    /// # Errors
    /// [`LoadError`], which names the variable: its text is not of the type of its key, or is no text.
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

/// The text of a variable as a value of the type that the key has; what was expected when it is not.
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

/// The value that a text most probably means. `007` and `1e5` are text: a number is taken for one only when it is written as one is printed.
fn guess(text: &str) -> Value {
    if let Ok(value) = text.parse::<bool>() {
        return value.into();
    }
    if let Some(value) = text.parse::<i64>().ok().filter(|value| value.to_string() == text) {
        return value.into();
    }
    let is_decimal =
        text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
    match text.parse::<f64>() {
        Ok(value) if is_decimal => value.into(),
        _ => text.into(),
    }
}

/// What parses a file of this name.
fn parser_of(path: &Path) -> Result<Parser, String> {
    match path.extension().and_then(|extension| extension.to_str()) {
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

/// Settings from the outermost table of a document.
#[cfg_attr(not(any(feature = "toml", feature = "json")), expect(dead_code, reason = "for the parsers"))]
fn from_document(document: BTreeMap<String, Value>, origin: &str) -> Result<Settings, LoadError> {
    Settings::from_table(document).map_err(|key| {
        LoadError::new(origin, "it is there twice, once with a dot in its name: remove one").at(&key)
    })
}

#[cfg(feature = "toml")]
fn parse_toml(text: &str, origin: &str) -> Result<Settings, LoadError> {
    fn value_of(value: toml::Value) -> Value {
        match value {
            toml::Value::Boolean(value) => value.into(),
            toml::Value::Integer(value) => value.into(),
            toml::Value::Float(value) => value.into(),
            toml::Value::String(value) => value.into(),
            toml::Value::Datetime(value) => value.to_string().into(),
            toml::Value::Array(values) => Value::List(values.into_iter().map(value_of).collect()),
            toml::Value::Table(rows) => {
                Value::Table(rows.into_iter().map(|(name, value)| (name, value_of(value))).collect())
            }
        }
    }
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| LoadError::new(origin, error.to_string()).caused_by(error))?;
    from_document(table.into_iter().map(|(name, value)| (name, value_of(value))).collect(), origin)
}

#[cfg(feature = "json")]
fn parse_json(text: &str, origin: &str) -> Result<Settings, LoadError> {
    fn value_of(value: serde_json::Value, key: &str, origin: &str) -> Result<Value, LoadError> {
        let inside = |name: String, value| {
            let value = value_of(value, &format!("{key}.{name}"), origin)?;
            Ok((name, value))
        };
        Ok(match value {
            serde_json::Value::Bool(value) => value.into(),
            serde_json::Value::String(value) => value.into(),
            serde_json::Value::Null => {
                return Err(LoadError::new(origin, "it is null: give it a value, or leave it out").at(key));
            }
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => value.into(),
                (None, Some(value)) if number.is_f64() => value.into(),
                _ => {
                    return Err(LoadError::new(
                        origin,
                        format!("{number} has no place in 64 bits with a sign"),
                    )
                    .at(key));
                }
            },
            serde_json::Value::Array(values) => Value::List(
                values.into_iter().map(|value| value_of(value, key, origin)).collect::<Result<_, _>>()?,
            ),
            serde_json::Value::Object(rows) => Value::Table(
                rows.into_iter().map(|(name, value)| inside(name, value)).collect::<Result<_, _>>()?,
            ),
        })
    }
    let document: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)
        .map_err(|error| LoadError::new(origin, error.to_string()).caused_by(error))?;
    let rows = document.into_iter().map(|(name, value)| {
        let value = value_of(value, &name, origin)?;
        Ok((name, value))
    });
    from_document(rows.collect::<Result<_, LoadError>>()?, origin)
}
