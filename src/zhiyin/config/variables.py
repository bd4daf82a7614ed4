"""Every environment variable that an installation may set; docs/settings.md shows the same table."""

from __future__ import annotations

from zhiyin.config.variable import Variable
from zhiyin.errors import InvalidInput

HOME = Variable(
    name="ZHIYIN_HOME",
    default="./data",
    meaning="Folder that holds all state: database, intake log, lake, files, keys.",
    meaning_zh="存放全部数据的文件夹：数据库、接收日志、数据湖、文件、密钥。",
)
MASTER_KEY = Variable(
    name="ZHIYIN_MASTER_KEY",
    default="",
    meaning="Master key that opens the data keys: 64 hexadecimal digits, or 32 bytes in Base64. "
    "Empty means the file `keys/master.key` of the home.",
    meaning_zh="打开数据密钥的主密钥：64 位十六进制数，或 32 字节的 Base64；"
    "留空则用数据文件夹里的 `keys/master.key`。",
)
MASTER_KEY_FILE = Variable(
    name="ZHIYIN_MASTER_KEY_FILE",
    default="",
    meaning="File outside the home with the master key, as 32 bytes or in the same forms.",
    meaning_zh="存放主密钥的文件，位于数据文件夹之外；内容为 32 字节，或上述写法。",
)
DATABASE_URL = Variable(
    name="ZHIYIN_DATABASE_URL",
    default="",
    meaning="`postgresql://user:password@host/name`; empty means SQLite within the home.",
    meaning_zh="PostgreSQL 地址；留空则使用数据文件夹里的 SQLite。",
)
PUBLIC_URL = Variable(
    name="ZHIYIN_PUBLIC_URL",
    default="",
    meaning="Address under which people reach the server, as `https://voice.example.com`. "
    "With `https` cookies are sent over it alone.",
    meaning_zh="用户访问的网址，如 `https://voice.example.com`；使用 `https` 时 Cookie 只经加密连接发送。",
)
ALLOWED_HOSTS = Variable(
    name="ZHIYIN_ALLOWED_HOSTS",
    default="localhost,127.0.0.1,[::1]",
    meaning="Host names that are answered besides that of the public URL, with commas between.",
    meaning_zh="除上述网址外还接受的主机名，用逗号分隔。",
)
PROXY_COUNT = Variable(
    name="ZHIYIN_PROXY_COUNT",
    default="0",
    meaning="How many reverse proxies stand before the server; their `X-Forwarded-For` and "
    "`X-Forwarded-Proto` are believed.",
    meaning_zh="服务器前面反向代理的层数；它们写入的 `X-Forwarded-For` 和 `X-Forwarded-Proto` 会被采信。",
)
LANGUAGE = Variable(
    name="ZHIYIN_LANGUAGE",
    default="zh",
    meaning="Language of the command, and of pages where a visitor prefers none: `zh` or `en`. "
    "Where it is not set, the command follows the locale.",
    meaning_zh="命令行的语言，以及访客没有偏好时页面的语言：`zh` 或 `en`；未设置时命令行按系统区域设置。",
)
TIME_ZONE = Variable(
    name="ZHIYIN_TIME_ZONE",
    default="Asia/Shanghai",
    meaning="Time zone in which times are shown.",
    meaning_zh="显示时间所用的时区。",
)
TAXONOMY = Variable(
    name="ZHIYIN_TAXONOMY",
    default="",
    meaning="Taxonomy by which voices are understood, a built-in name or a file; empty means the one that "
    "`zhiyin taxonomy use` chose, else `general`.",
    meaning_zh="理解客户之声所用的分类体系，内置名称或文件路径；"
    "留空则用 `zhiyin taxonomy use` 所选的，未选过则为 `general`。",
)
PRIVATE_PATTERNS = Variable(
    name="ZHIYIN_PRIVATE_PATTERNS",
    default="",
    meaning="Forms of the company's own numbers that are private, with commas between, as `XZ##########`: "
    "`#` is a digit, `@` a letter, `?` either. They are masked in what arrives from then on.",
    meaning_zh="本公司需要隐去的编号格式，用逗号分隔，如 `XZ##########`：`#` 为数字，`@` 为字母，"
    "`?` 为两者之一；此后收到的内容按此隐去。",
)
SESSION_HOURS = Variable(
    name="ZHIYIN_SESSION_HOURS",
    default="12",
    meaning="Hours without a request after which a sign-in ends (1 to 720).",
    meaning_zh="无操作多少小时后自动退出登录（1 至 720）。",
)
UPLOAD_MAX_MB = Variable(
    name="ZHIYIN_UPLOAD_MAX_MB",
    default="2048",
    meaning="Largest file in MB that the import page takes (1 to 100000).",
    meaning_zh="导入页面接受的最大文件，单位 MB（1 至 100000）。",
)
EVENT_ORIGINS = Variable(
    name="ZHIYIN_EVENT_ORIGINS",
    default="",
    meaning="Web sites whose pages may send events from the browser, with commas between, as "
    "`https://shop.example.com`; empty lets none.",
    meaning_zh="可以从浏览器直接上报事件的网站，用逗号分隔，如 `https://shop.example.com`；留空则都不允许。",
)
RECOGNISER = Variable(
    name="ZHIYIN_RECOGNISER",
    default="",
    meaning="What turns recordings into words: `sherpa-onnx` or `funasr`; empty takes none in.",
    meaning_zh="把录音转成文字的识别器：`sherpa-onnx` 或 `funasr`；留空则不接受录音。",
)
RECOGNISER_MODEL = Variable(
    name="ZHIYIN_RECOGNISER_MODEL",
    default="",
    meaning="Folder with the files of the recogniser's model.",
    meaning_zh="识别模型所在的文件夹。",
)
RECOGNISER_KIND = Variable(
    name="ZHIYIN_RECOGNISER_KIND",
    default="auto",
    meaning="Kind of a sherpa-onnx model, as `sense_voice` or `paraformer`; `auto` tells it by file names.",
    meaning_zh="sherpa-onnx 模型的种类，如 `sense_voice`、`paraformer`；`auto` 按文件名判断。",
)
RECORDING_CHANNELS = Variable(
    name="ZHIYIN_RECORDING_CHANNELS",
    default="staff,customer",
    meaning="Who speaks in each channel of a recording, the left first; `mixed` guesses it from the words.",
    meaning_zh="录音每个声道是谁在说话，先左后右；`mixed` 表示根据内容推测。",
)
SMTP_HOST = Variable(
    name="ZHIYIN_SMTP_HOST",
    default="",
    meaning="Mail server that takes alerts and reports for e-mail; empty sends none.",
    meaning_zh="发送预警和报告邮件所用的发信服务器；留空则不发邮件。",
)
SMTP_PORT = Variable(
    name="ZHIYIN_SMTP_PORT",
    default="587",
    meaning="Port of the mail server (1 to 65535).",
    meaning_zh="发信服务器的端口（1 至 65535）。",
)
SMTP_SECURITY = Variable(
    name="ZHIYIN_SMTP_SECURITY",
    default="starttls",
    meaning="How the connection is encrypted: `starttls` (587), `tls` (465) or `none`.",
    meaning_zh="连接的加密方式：`starttls`（587）、`tls`（465）或 `none`。",
)
SMTP_USER = Variable(
    name="ZHIYIN_SMTP_USER",
    default="",
    meaning="User at the mail server; empty signs in to nothing.",
    meaning_zh="发信服务器的用户名；留空则不登录。",
)
SMTP_PASSWORD = Variable(
    name="ZHIYIN_SMTP_PASSWORD",
    default="",
    meaning="The user's password, at many providers a code for this purpose.",
    meaning_zh="上述用户的密码；许多邮箱要填专用的授权码。",
)
MAIL_FROM = Variable(
    name="ZHIYIN_MAIL_FROM",
    default="",
    meaning="Sender of our mail, as `Zhiyin <voice@example.com>`; empty means the user.",
    meaning_zh="发件人，如 `知音 <voice@example.com>`；留空则用上述用户名。",
)
SMS_URL = Variable(
    name="ZHIYIN_SMS_URL",
    default="",
    meaning="Gateway that sends text messages with customers' one-time codes: it gets a POST of "
    '`{"to", "text", "kind"}`; empty sends none.',
    meaning_zh="发送客户验证码短信的网关：会收到内容为 "
    '`{"to", "text", "kind"}` 的 POST 请求；留空则不发短信。',
)
SMS_SECRET = Variable(
    name="ZHIYIN_SMS_SECRET",
    default="",
    meaning="Secret (`whsec_…`) by which the gateway's requests are signed as Standard Webhooks; "
    "empty signs none.",
    meaning_zh="给短信网关的请求签名用的密钥（`whsec_…`，遵循 Standard Webhooks）；留空则不签名。",
)
ERASURE_LEDGER = Variable(
    name="ZHIYIN_ERASURE_LEDGER",
    default="",
    meaning="File of the erasure ledger, best on another disk than home and backups; "
    "empty means within the home.",
    meaning_zh="删除台账文件，最好放在与数据文件夹和备份不同的磁盘上；留空则放在数据文件夹里。",
)
INNER_NETWORKS = Variable(
    name="ZHIYIN_INNER_NETWORKS",
    default="",
    meaning="Networks within the house that webhooks and robots may reach, with commas between, as "
    "`10.2.0.0/16`. Every other inner address is refused.",
    meaning_zh="Webhook 和机器人可以访问的内网网段，用逗号分隔，如 `10.2.0.0/16`；其他内网地址一律拒绝。",
)
CHROMIUM = Variable(
    name="ZHIYIN_CHROMIUM",
    default="",
    meaning="Chromium or Chrome that draws the pictures and PDFs of reports; empty looks for one.",
    meaning_zh="为报告生成图片和 PDF 的 Chromium 或 Chrome；留空则自动查找。",
)
LOG_LEVEL = Variable(
    name="ZHIYIN_LOG_LEVEL",
    default="INFO",
    meaning="Least level that is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`.",
    meaning_zh="日志的最低级别：`DEBUG`、`INFO`、`WARNING` 或 `ERROR`。",
)
DEBUG = Variable(
    name="ZHIYIN_DEBUG",
    default="",
    meaning="Anything but empty: the command shows the traceback of an unexpected error, "
    "which may hold what a customer said.",
    meaning_zh="非空时，命令行显示意外错误的详细堆栈，其中可能含有客户原话。",
)

VARIABLES = (
    HOME,
    MASTER_KEY,
    MASTER_KEY_FILE,
    DATABASE_URL,
    PUBLIC_URL,
    ALLOWED_HOSTS,
    PROXY_COUNT,
    LANGUAGE,
    TIME_ZONE,
    TAXONOMY,
    PRIVATE_PATTERNS,
    SESSION_HOURS,
    UPLOAD_MAX_MB,
    EVENT_ORIGINS,
    RECOGNISER,
    RECOGNISER_MODEL,
    RECOGNISER_KIND,
    RECORDING_CHANNELS,
    SMTP_HOST,
    SMTP_PORT,
    SMTP_SECURITY,
    SMTP_USER,
    SMTP_PASSWORD,
    MAIL_FROM,
    SMS_URL,
    SMS_SECRET,
    ERASURE_LEDGER,
    INNER_NETWORKS,
    CHROMIUM,
    LOG_LEVEL,
    DEBUG,
)


def site_language() -> str:
    """`zh-hans` or `en` by how `ZHIYIN_LANGUAGE` begins, as the command reads it too: `zh`, `en_GB.UTF-8`.

    Raises:
        InvalidInput: it is neither.
    """
    beginnings = {"zh": "zh-hans", "en": "en"}
    code = beginnings.get(LANGUAGE.read().lower()[:2])
    return code or LANGUAGE.read_choice(*beginnings.values())


def private_patterns() -> tuple[str, ...]:
    """What `ZHIYIN_PRIVATE_PATTERNS` names.

    Raises:
        InvalidInput: one of them is unusable.
    """
    masks = tuple(PRIVATE_PATTERNS.read_list())
    if masks:
        # Costly to import, and few need it.
        from zhiyin.understand.privacy import compile_patterns

        try:
            compile_patterns(masks)
        except InvalidInput as error:
            raise InvalidInput(
                f"{PRIVATE_PATTERNS.name}: {error.message}",
                next_step="Correct it in the environment.",
                field=PRIVATE_PATTERNS.name,
            ) from error
    return masks


def as_markdown(*, is_chinese: bool = False) -> str:
    """The table as docs/settings.md shows it."""
    header = "| 变量 | 默认值 | 含义 |" if is_chinese else "| variable | default | meaning |"
    rows = [
        f"| `{variable.name}` | {f'`{variable.default}`' if variable.default else ''} | "
        f"{variable.meaning_zh if is_chinese else variable.meaning} |"
        for variable in VARIABLES
    ]
    return "\n".join([header, "|---|---|---|", *rows])
