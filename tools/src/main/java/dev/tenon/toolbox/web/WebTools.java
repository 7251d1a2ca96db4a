package dev.tenon.toolbox.web;

import dev.tenon.json.Json;
import dev.tenon.schema.Description;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.GuardedTool;
import dev.tenon.toolbox.RefusedException;
import dev.tenon.toolbox.data.Feed;
import dev.tenon.toolbox.data.HtmlText;
import dev.tenon.toolbox.guard.SecretStore;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tools to read the web, and if wanted to send to it. Immutable, thread-safe.
 *
 * <p>Only http and https on ports 80 and 443; only hosts whose every address is public ({@link AddressPolicy#PUBLIC}), checked after resolving and after every redirect, and connected to by the very
 * address that was checked; bounds of time, size and redirects. No proxy, no cookies, no credentials but those given for a host here.
 */
public final class WebTools {
    private static final Set<String> HEADERS =
            Set.of("accept", "accept-language", "content-type", "if-none-match", "if-modified-since", "range");
    private static final Pattern CHARSET = Pattern.compile(
            "(?:charset|<\\?xml [^>]{0,100}encoding)\\s*=\\s*[\"']?([A-Za-z0-9_.:-]{1,40})", Pattern.CASE_INSENSITIVE);

    private final List<Tool> tools;

    private WebTools(List<Tool> tools) {
        this.tools = List.copyOf(tools);
    }

    /** A tool that gets pages from any public host. */
    public static WebTools reading() {
        return builder().build();
    }

    /** Web tools to be configured. */
    public static Builder builder() {
        return new Builder();
    }

    /** The tools, for {@code Agent.builder(model).tools(…)}. */
    public List<Tool> tools() {
        return tools;
    }

    /** How a page is shown. */
    enum Form {
        MARKDOWN,
        TEXT,
        RAW
    }

    record Get(
            String url,

            @Description("MARKDOWN (default), TEXT without links, or RAW as it came")
            Optional<Form> form,

            @Description("Accept, Accept-Language, If-None-Match, If-Modified-Since or Range")
            Optional<Map<String, String>> headers) {}

    record FeedAt(
            @Description("of an RSS or Atom feed") String url,
            @Description("entries, 1 to 200; default 20") Optional<Integer> most) {}

    record Send(
            @Description("such as POST") String method,
            String url,
            @Description("such as Content-Type") Optional<Map<String, String>> headers,
            Optional<String> body) {}

    /** Web tools under construction. Not thread-safe. */
    public static final class Builder {
        private final List<String> allowed = new ArrayList<>();
        private final List<String> blocked = new ArrayList<>();
        private Set<Integer> ports = Set.of(80, 443);
        private HostResolver resolver = HostResolver.SYSTEM;
        private AddressPolicy addresses = AddressPolicy.PUBLIC;
        private WebLimits limits = WebLimits.DEFAULT;
        private final Set<String> methods = new TreeSet<>();
        private final List<Credential> credentials = new ArrayList<>();
        private @Nullable SSLSocketFactory tls;

        private Builder() {}

        /** Only these hosts: {@code example.com} is that one, {@code *.example.com} each below it. */
        public Builder allow(String... hosts) {
            Objects.requireNonNull(hosts, "hosts");
            for (String host : hosts) {
                allowed.add(WebRules.domain(host));
            }
            return this;
        }

        /** Never these hosts, nor any below them. */
        public Builder block(String... hosts) {
            Objects.requireNonNull(hosts, "hosts");
            for (String host : hosts) {
                blocked.add(WebRules.domain(host));
            }
            return this;
        }

        /** The ports that may be asked; by default 80 and 443. */
        public Builder ports(Integer... numbers) {
            Objects.requireNonNull(numbers, "numbers");
            this.ports = Set.of(numbers);
            return this;
        }

        /** How names are resolved; by default as the system does. */
        public Builder resolver(HostResolver how) {
            this.resolver = Objects.requireNonNull(how, "how");
            return this;
        }

        /** Which addresses may be connected to; by default {@link AddressPolicy#PUBLIC}. */
        public Builder addresses(AddressPolicy policy) {
            this.addresses = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** How much a call may take. */
        public Builder limits(WebLimits most) {
            this.limits = Objects.requireNonNull(most, "most");
            return this;
        }

        /** Adds {@code web_send} with these methods, such as {@code POST}. */
        public Builder sending(String... which) {
            Objects.requireNonNull(which, "which");
            for (String method : which) {
                String upper = method.toUpperCase(Locale.ROOT);
                if (!Set.of("POST", "PUT", "PATCH", "DELETE").contains(upper)) {
                    throw new IllegalArgumentException("a method must be POST, PUT, PATCH or DELETE, got " + method);
                }
                methods.add(upper);
            }
            return this;
        }

        /**
         * Sends a secret to one host, over https only and never after a redirect to another: {@code credential("api.example.com", "Authorization", "Bearer ", "EXAMPLE_KEY")}. The secret is asked of
         * the {@link SecretStore} that the agent was given; the model never sees it.
         */
        public Builder credential(String host, String header, String prefix, String secret) {
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(header, "header");
            Objects.requireNonNull(prefix, "prefix");
            Objects.requireNonNull(secret, "secret");
            if (!header.matches("[A-Za-z0-9-]{1,100}") || !Credential.isPlain(prefix)) {
                throw new IllegalArgumentException("a credential needs a header's name of letters, digits and '-', and"
                        + " a prefix of plain characters, got \"" + header + "\"");
            }
            String domain = WebRules.domain(host);
            if (domain.startsWith("*.")) {
                throw new IllegalArgumentException("a credential goes to one host, got \"" + host + "\"");
            }
            credentials.add(new Credential(domain, header, prefix, secret));
            return this;
        }

        /** The TLS to use; by default the platform's, with its trusted authorities. */
        public Builder tls(SSLContext context) {
            Objects.requireNonNull(context, "context");
            this.tls = context.getSocketFactory();
            return this;
        }

        /** The tools. */
        public WebTools build() {
            SSLSocketFactory factory = tls == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : tls;
            Fetch fetch = new Fetch(new WebRules(allowed, blocked, ports, resolver, addresses), limits, factory);
            Work work = new Work(fetch, limits, List.copyOf(credentials), Set.copyOf(methods));
            List<Tool> tools = new ArrayList<>();
            tools.add(tool(
                    "web_get",
                    "Gets a web page or file",
                    Get.class,
                    work::get,
                    limits,
                    Trait.READ_ONLY,
                    Trait.OPEN_WORLD));
            tools.add(tool(
                    "web_feed",
                    "Gets an RSS or Atom feed: its first entries, with title, link, date and summary",
                    FeedAt.class,
                    work::feed,
                    limits,
                    Trait.READ_ONLY,
                    Trait.OPEN_WORLD));
            if (!methods.isEmpty()) {
                tools.add(tool(
                        "web_send",
                        "Sends a request with " + String.join(", ", methods),
                        Send.class,
                        work::send,
                        limits,
                        Trait.DESTRUCTIVE,
                        Trait.OPEN_WORLD));
            }
            return new WebTools(tools);
        }

        private static <A> Tool tool(
                String name,
                String description,
                Class<A> arguments,
                Tool.ContextFunction<A> function,
                WebLimits limits,
                Trait first,
                Trait second) {
            return GuardedTool.of(name, description, arguments, function)
                    .traits(first, second)
                    .with((ToolSpec spec) -> spec.withTimeout(limits.time().plusSeconds(10)));
        }
    }

    /** A secret that one host gets. */
    private record Credential(String host, String header, String prefix, String secret) {
        static boolean isPlain(String text) {
            return text.chars().allMatch(c -> c >= ' ' && c < 127);
        }

        String value(SecretStore store) {
            String value = store.get(secret).reveal();
            if (!isPlain(value)) {
                throw new RefusedException(
                        "web.credential",
                        "the secret \"" + secret + "\" has a line break or another character that no header may have",
                        "other hosts, and telling the person you work for");
            }
            return prefix + value;
        }
    }

    /** What the tools do. */
    private record Work(Fetch fetch, WebLimits limits, List<Credential> credentials, Set<String> methods) {
        Object get(Get call, ToolContext context) throws IOException {
            Fetch.Reply reply = ask(call.url(), "GET", call.headers().orElse(Map.of()), new byte[0], context);
            return shown(reply, call.form().orElse(Form.MARKDOWN));
        }

        Object feed(FeedAt call, ToolContext context) throws IOException {
            Map<String, String> accept = Map.of(
                    "Accept",
                    "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1");
            Fetch.Reply reply = ask(call.url(), "GET", accept, new byte[0], context);
            if (reply.status() != 200) {
                return shown(reply, Form.TEXT);
            }
            if (reply.cut()) {
                throw new RefusedException(
                        "web.size",
                        "the feed has more than " + limits.bodyBytes() + " bytes",
                        "smaller feeds, or the beginning of this one by web_get");
            }
            String xml = new String(reply.body(), charset(reply));
            int most = Math.max(1, Math.min(200, call.most().orElse(20)));
            return fitting(xml, reply.target().url(), most);
        }

        /** As many entries as a result may show. */
        private Json fitting(String xml, String url, int most) {
            Json feed = Feed.read(xml, url, most);
            for (int fewer = most / 2; feed.toString().length() > limits.shownCharacters() && fewer > 0; fewer /= 2) {
                feed = Feed.read(xml, url, fewer);
            }
            return feed;
        }

        Object send(Send call, ToolContext context) throws IOException {
            String method = call.method().toUpperCase(Locale.ROOT);
            if (!methods.contains(method)) {
                throw new RefusedException(
                        "web.method",
                        "the method " + RefusedException.shown(call.method()) + " may not be used",
                        String.join(", ", new TreeSet<>(methods)));
            }
            byte[] body = call.body().orElse("").getBytes(StandardCharsets.UTF_8);
            if (body.length > limits.sentBytes()) {
                throw new RefusedException(
                        "web.size",
                        "the body has " + body.length + " bytes",
                        "at most " + limits.sentBytes() + " bytes");
            }
            return shown(ask(call.url(), method, call.headers().orElse(Map.of()), body, context), Form.RAW);
        }

        private Fetch.Reply ask(String url, String method, Map<String, String> given, byte[] body, ToolContext context)
                throws IOException {
            Map<String, String> headers = new LinkedHashMap<>();
            given.forEach((name, value) -> {
                boolean plain = value.length() <= 1000 && value.chars().allMatch(c -> c >= ' ' && c < 127);
                if (!HEADERS.contains(name.toLowerCase(Locale.ROOT)) || !plain) {
                    throw new RefusedException(
                            "web.header",
                            "the header \"" + RefusedException.shown(name) + "\" may not be sent"
                                    + (plain ? "" : " with this value"),
                            "plain text in one of " + String.join(", ", new TreeSet<>(HEADERS)));
                }
                headers.put(name, value);
            });
            try {
                return fetch.send(
                        Target.of(url),
                        new Fetch.Request(method, headers, body),
                        target -> secrets(target, context),
                        context);
            } catch (IOException e) {
                throw new RefusedException(
                        "web.failed",
                        "the connection to \"" + RefusedException.shown(url) + "\" failed: "
                                + e.getClass().getSimpleName(),
                        "another address, or to try again later");
            }
        }

        private Map<String, String> secrets(Target target, ToolContext context) {
            Map<String, String> headers = new LinkedHashMap<>();
            for (Credential credential : credentials) {
                if (target.secure() && target.host().equals(credential.host())) {
                    headers.put(credential.header(), credential.value(context.get(SecretStore.class)));
                }
            }
            return headers;
        }

        private ToolOutput shown(Fetch.Reply reply, Form form) {
            String type = reply.header("content-type").toLowerCase(Locale.ROOT);
            boolean html = type.contains("html");
            boolean text = html
                    || type.isEmpty()
                    || type.startsWith("text/")
                    || type.matches(".*(json|xml|javascript|yaml|csv|form-urlencoded).*");
            String body;
            if (!text) {
                body = "[" + reply.body().length + " bytes of " + RefusedException.shown(type) + ", which is no text]";
            } else {
                String raw = new String(reply.body(), charset(reply));
                body = !html || form == Form.RAW
                        ? raw
                        : form == Form.TEXT
                                ? HtmlText.text(raw)
                                : HtmlText.markdown(raw, reply.target().url());
            }
            boolean longer = body.length() > limits.shownCharacters();
            String note = reply.cut() || longer ? "\n[cut]" : "";
            String all = "HTTP " + reply.status() + " " + reply.target().url() + "\n\n"
                    + (longer ? body.substring(0, limits.shownCharacters()) : body) + note;
            return reply.status() >= 400 ? ToolOutput.error(all) : ToolOutput.text(all);
        }

        private static Charset charset(Fetch.Reply reply) {
            String start =
                    new String(reply.body(), 0, Math.min(2000, reply.body().length), StandardCharsets.ISO_8859_1);
            for (String place : new String[] {reply.header("content-type"), start}) {
                Matcher found = CHARSET.matcher(place);
                if (found.find()) {
                    try {
                        return Charset.forName(found.group(1));
                    } catch (IllegalArgumentException e) {
                        return StandardCharsets.UTF_8;
                    }
                }
            }
            return StandardCharsets.UTF_8;
        }
    }
}
