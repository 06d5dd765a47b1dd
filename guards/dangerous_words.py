"""Calls that reach out of a program or run what they are given, in the words of all languages."""

import re

from guards.pattern import expression

# Family to what it looks like in code; each family is asked about once a file.
FAMILIES = {
    "opens a connection": expression(
        r"\b(?:requests|httpx|aiohttp)\.(?:get|post|put|patch|delete|request|head|Client|AsyncClient|ClientSession|Session)\b|\burllib\.request\b|\burlopen\(|\bhttp\.client\b|\bsocket\.(?:socket|create_connection|gethostbyname|getaddrinfo)\("
        r"|\bsmtplib\.|\bftplib\.|\bparamiko\.|\bfetch\(\s?[\"'`]http|\baxios(?:\.\w{2,8})?\(|\bhttps?\.(?:get|request)\(|\bnet\.(?:connect|createConnection)\(|\bdns\.(?:resolve|lookup)\w{0,6}\(|\bnew (?:WebSocket|XMLHttpRequest)\b|\bnavigator\.sendBeacon"
        r"|\bhttp\.(?:Get|Post|PostForm|NewRequest|NewRequestWithContext|DefaultClient)\b|\bnet\.(?:Dial\w{0,10}|Listen|LookupHost|LookupTXT)\(|\bNet::HTTP\b|\bTCPSocket\b|\bHTTParty\b|\bFaraday\.(?:get|post|new)|\bURI\.open\(|\bOpenURI\b"
        r"|\bHttpURLConnection\b|\.open(?:Connection|Stream)\(|\bHttpClient\.new|\bnew (?:Socket|HttpClient|WebClient|TcpClient|OkHttpClient|RestTemplate)\s?\(|\bURLSession\b|\bURL\(\"http[^\n]{0,100}\)\.(?:readText|readBytes|openStream)|\breqwest::|\bureq::|\bTcpStream::connect|\bcurl_(?:init|exec|easy_init)\(|\bfsockopen\(|\bGuzzleHttp\b"
    ),
    "starts a program": expression(
        r"\bsubprocess\.(?:run|call|Popen|check_\w{4,8}|getoutput)\b|\bos\.(?:system|popen|exec\w{1,3}|spawn\w{1,3})\(|\bpty\.spawn\(|\bshell\s{0,2}=\s{0,2}True\b|\bchild_process\b|\b(?:execSync|spawnSync|execFile|execFileSync)\("
        r"|\bexec\.Command(?:Context)?\(|\bsyscall\.Exec\(|\bRuntime\.getRuntime\(\)\.exec|\bProcessBuilder\(|\bProcess\.Start\(|\bCommand::new\(|\bOpen3\.|\bKernel\.(?:system|exec|spawn)|\bIO\.popen|\bshell_exec\(|\bproc_open\(|\bpassthru\(|\bpopen\(|\bSystem\.cmd\("
    ),
    "runs text as code": expression(
        r"(?<![\w.>:$])eval\s?\(|(?<![\w.])exec\(|\bnew Function\(|\bvm\.run\w{0,20}\(|\binstance_eval\b|\bclass_eval\b|\bScriptEngine\b|\bcreate_function\(|\bassert\(\s?\$|\b__import__\((?!\s?[\"'](?!os\b|subprocess|pty\b|socket|ctypes|builtins)[\w.]{1,80}[\"'])|\bCSharpScript\b|\bloadstring\(|\bCode\.eval_string|\bsetTimeout\(\s?[\"'`]"
    ),
    "builds objects from what it is given": expression(
        r"\b(?:c?[pP]ickle|dill|joblib|marshal|shelve|jsonpickle)\.(?:loads?|open|decode)\(|\byaml\.(?:load|unsafe_load|full_load)\((?![^\n]{0,200}SafeLoader)|\bMarshal\.load\b|\bYAML\.(?:unsafe_load|load)\(|\bunserialize\(|\bObjectInputStream\b|\bXMLDecoder\b|\bBinaryFormatter\b|\bTypeNameHandling\b|\bnode-serialize\b|\benableDefaultTyping\b"
    ),
    "puts text into a page or a query": expression(
        r"\bdangerouslySetInnerHTML\b|\.innerHTML\s{0,2}\+?=|\bdocument\.write\(|\bv-html\b|\bmark_safe\(|\bMarkup\(\s?[^\"')]|\.html_safe\b|\braw\(\s?params|\btemplate\.HTML\(|\bHtml\.Raw\(|\bbypassSecurityTrust\w{2,20}\("
        r"|(?i:\b(?:execute|query|raw|exec|prepare)\w{0,10}\(\s?(?:f[\"']\s?(?:select|insert|update|delete)\b|(?P<quote>[\"'`])\s?(?:select|insert|update|delete)\b[^\n]{0,300}?(?:[$#]\{|(?P=quote)\s?(?:\+|%|\.)\s?\$?[a-z])))"
    ),
    # The short forms are separators and wild cards elsewhere: they count where an address is given.
    "listens on every address": expression(
        r"[\"'`](?:0\.0\.0\.0(?::\d{1,5})?|(?:\[::\]|\*):\d{1,5})[\"'`/]|\bINADDR_ANY\b|\bIPAddress\.(?:IPv6)?Any\b|\bin6addr_any\b|\bUNSPECIFIED\b"
        r"|(?i:\b\w{0,12}(?:listen|bind|host|hostname|addr|address|interface)\w{0,8}[\"']?\s{0,2}(?:\(|=>|[=:,])\s{0,2}\(?(?:\w{1,12}\s{0,2}[,(=:]\s{0,2})?[\"'`](?:::|\*)[\"'`])"
    ),
}
# The whole environment, or files that hold secrets.
SECRETS = expression(
    r"\bos\.environ(?=\s?[)}\n]|\s*$)|\bdict\(os\.environ\)|\bos\.environ\.(?:copy|items|values)\(|\bprocess\.env(?!\s?[.\[?\w])|\bENV\.(?:to_h|to_a|each|inspect|map|to_json)\b|\bSystem\.getenv\(\s?\)|\bos\.Environ\(\)|\benv::vars\(|\bEnvironment\.GetEnvironmentVariables\(\)"
    r"|\bgetenv\(\s?\)|\$_ENV\b(?!\s?\[)|\$_SERVER\b(?!\s?\[)|\bProcessInfo\.processInfo\.environment(?!\[)|\.aws/credentials|\.ssh/(?:id_\w{1,10}|authorized_keys)|\bid_rsa\b|\.netrc\b|\.git-credentials|\.docker/config\.json|\.kube/config|/etc/shadow|\.npmrc\b|\.pypirc\b"
)
NAMED_SECRET = expression(
    r"(?:environ|getenv|process\.env|ENV|env::var|Getenv|GetEnvironmentVariable)\b[^\n]{0,20}?[\w\[\]\"'(.]{0,40}(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|CREDENTIAL)",
    re.IGNORECASE,
)
SPOKEN = expression(
    r"\b(?:print|println|printf|puts|echo|console\.(?:log|error|warn|info|debug)|log(?:ger|ging)?\.\w{2,10}|fmt\.Print\w{0,3}|System\.out\.print\w{0,3}|Console\.Write\w{0,5}|eprintln!|println!|dbg!|var_dump|print_r|error_log|sys\.stdout\.write|NSLog|writeFileSync|upload\w{0,20})[\s(]"
)
