package dev.tenon.agent;

import java.util.regex.Pattern;

/** What looks like a credential in the message of an exception, hidden: messages of foreign code hold URLs, headers and command lines as they were. */
final class Credentials {
    /** More of a message helps nobody, and would be searched. */
    private static final int LONGEST = 4_000;

    private static final String HIDDEN = "…";

    /** {@code user:password@} of an address. */
    private static final Pattern IN_URL = Pattern.compile("(://)[^/\\s:@]{0,256}:[^/\\s@]{1,256}@");

    /** A header's or a setting's value: {@code Authorization: Bearer abc}, {@code api_key=abc}, {@code "password": "abc"}. */
    private static final Pattern NAMED = Pattern.compile(
            "(?i)((?:authorization|proxy-authorization|cookie|[a-z0-9_-]{0,32}(?:api[_-]?key|secret|token|passw(?:or)?d|passphrase|private[_-]?key|credential)s?)"
                + "[\"']?\\s{0,4}[:=]\\s{0,4})((?:(?:bearer|basic)\\s{1,4})?(?:\"[^\"]{0,512}\"|'[^']{0,512}'|[^\\s\"',;&]{1,512}))");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s{1,4}[A-Za-z0-9._~+/=-]{8,2048}");

    /** Keys by which their makers let them be found: OpenAI's and Anthropic's, GitHub's, Slack's, AWS's, Google's, and JSON web tokens. */
    private static final Pattern KEYS = Pattern.compile(
            "\\b(?:sk-[A-Za-z0-9_-]{16,256}|gh[opsu]_[A-Za-z0-9]{20,256}|xox[abprs]-[A-Za-z0-9-]{10,256}|A[KS]IA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,64}"
                + "|eyJ[A-Za-z0-9_-]{8,2048}\\.[A-Za-z0-9_-]{8,2048}\\.[A-Za-z0-9_-]{0,2048})");

    /** A line of a stack trace that somebody put into a message. */
    private static final Pattern FRAME = Pattern.compile(
            "(?m)^\\s{0,8}(?:at [\\w.$/@<>-]{1,512}\\([^)\\n]{0,256}\\)|\\.\\.\\. \\d{1,6} more)\\s{0,4}$\\n?");

    private Credentials() {}

    /** The message of what was thrown; empty where there is none. */
    static String hidden(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException e) {
            return ""; // A message that cannot even be read.
        }
        if (message == null || message.isBlank()) {
            return "";
        }
        String said = message.length() > LONGEST ? message.substring(0, LONGEST) + HIDDEN : message;
        said = FRAME.matcher(said).replaceAll("");
        said = IN_URL.matcher(said).replaceAll("$1" + HIDDEN + "@");
        said = NAMED.matcher(said).replaceAll("$1" + HIDDEN);
        said = BEARER.matcher(said).replaceAll("$1 " + HIDDEN);
        return KEYS.matcher(said).replaceAll(HIDDEN).strip();
    }
}
