"""The names that impostors imitate, and how near a name comes to one of them."""

_PYTHON = (
    "requests urllib3 certifi numpy pandas setuptools boto3 botocore pyyaml cryptography packaging python-dateutil jinja2 click flask django"
    " pydantic sqlalchemy scipy matplotlib pillow pytest aiohttp attrs idna rsa werkzeug markupsafe colorama tensorflow torch transformers"
    " scikit-learn beautifulsoup4 selenium openai anthropic fastapi uvicorn httpx psycopg2 psycopg2-binary pymongo redis celery paramiko"
    " protobuf google-api-core virtualenv poetry pygments tqdm rich typer simplejson jsonschema pyjwt httplib2 websocket-client docker lxml"
)
_JAVASCRIPT = (
    "react react-dom lodash express axios chalk commander moment webpack typescript eslint prettier jest mocha vitest babel-core cross-env"
    " dotenv uuid async debug minimist mongoose mongodb jquery next nuxt rollup vite esbuild electron puppeteer playwright socket.io body-parser"
    " node-fetch rimraf underscore bluebird classnames styled-components redux react-redux react-router semver yargs inquirer glob fs-extra"
    " discord.js ethers web3 bootstrap tailwindcss postcss nodemon winston passport jsonwebtoken bcrypt sequelize"
)
_OTHERS = "serde tokio reqwest clap anyhow thiserror rand regex rails rspec nokogiri sidekiq devise phpunit guzzle monolog"
_POPULAR = frozenset(f"{_PYTHON} {_JAVASCRIPT} {_OTHERS}".split())
# Old and honest packages whose names are near to one of those.
_HONEST = frozenset(
    [
        "preact",
        "request",
        "color",
        "colors",
        "chai",
        "chalk-cli",
        "clicks",
        "redis-py",
        "redux-saga",
        "vitess",
        "torchx",
        "click-log",
        "pytest8",
        "pydantic2",
        "moments",
        "nest",
        "vitess",
        "preset",
        "aiohttp2",
        "glob2",
        "globs",
        "uuid4",
        "dotenvx",
        "attr",
        "jinja",
        "regexp",
        "mocha2",
        "docker-py",
        "boto",
        "rollups",
        "underscore.string",
        "serve",
        "rest",
        "express2",
        "typed",
        "rands",
        "clapp",
        "pillow-simd",
        "reacts",
        "htmx",
        "httpie",
        "typeorm",
        "globby",
        "debugpy",
        "asyncio",
        "jest-cli",
        "rspec-core",
        "next-js",
        "nextjs",
        "nuxt3",
        "vitest3",
        "eslint-d",
    ]
)
_MIN_LENGTH = 5
_MAX_LENGTH = 60


def imitated(name: str) -> str | None:
    """The popular package that a name differs from by one slip of the fingers."""
    plain = name.lower().replace("_", "-")
    if (
        len(plain) < _MIN_LENGTH
        or plain in _POPULAR
        or plain in _HONEST
        or len(plain) > _MAX_LENGTH
    ):
        return None
    for other in sorted(_POPULAR):
        if (
            len(other) >= _MIN_LENGTH
            and abs(len(other) - len(plain)) <= 1
            and _one_slip(plain, other)
        ):
            return other
    return None


def _one_slip(one: str, two: str) -> bool:
    """Whether one letter was added, lost, changed, or two neighbours changed places."""
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    rest, other = one[start:], two[start:]
    if len(rest) == len(other):
        swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
        return rest[1:] == other[1:] or swapped
    return rest[1:] == other if len(rest) > len(other) else rest == other[1:]
