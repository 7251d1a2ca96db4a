package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.toolbox.RefusedException;
import dev.tenon.toolbox.data.XmlText.Element;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads RSS 2.0 (and 0.9x without a document type), RSS 1.0 and Atom (RFC 4287) into one form: {@code title}, {@code link} and {@code entries}, each with {@code title}, {@code link}, {@code date},
 * {@code summary} and, where it is told, {@code author}; {@code more} says how many entries were left out.
 *
 * <p>HTML becomes text, wherever the form allows it; links become absolute, and those that are neither http nor https are left out; dates become ISO 8601 where they can be read. Each text is bounded.
 * There are no entities, and nothing is fetched.
 */
public final class Feed {
    private static final int MOST_SUMMARY = 2000;
    private static final int MOST_TITLE = 300;
    private static final int MOST_LINK = 2000;
    private static final Set<String> EXTENSIONS = Set.of(
            "http://purl.org/dc/elements/1.1/",
            "http://purl.org/rss/1.0/modules/content/",
            "http://www.w3.org/2005/Atom");

    private final boolean atom;
    private final Element root;

    private Feed(Element root) {
        this.root = root;
        this.atom = root.name.equals("feed");
    }

    /**
     * Reads a feed.
     *
     * @param url where it came from, for its relative links; may be empty
     * @param most entries
     * @throws RefusedException where the text is no feed, or too large
     */
    public static Json read(String xml, String url, int most) {
        Objects.requireNonNull(xml, "xml");
        Objects.requireNonNull(url, "url");
        if (xml.length() > Formats.MOST) {
            throw Formats.refused("the feed has " + xml.length() + " characters", "at most " + Formats.MOST);
        }
        return new Feed(XmlText.element(xml)).json(url, most);
    }

    private Json json(String url, int most) {
        Optional<Element> channel = root.name.equals("rss") || root.name.equals("RDF")
                ? child(root, "channel")
                : Optional.of(root).filter(each -> atom);
        if (channel.isEmpty()) {
            throw Formats.refused(
                    "the XML is no feed: its root is <" + RefusedException.shown(root.name) + ">", "RSS or Atom");
        }
        Element head = channel.get();
        String above = base(base(url, root), head);
        String home = link(head, above);
        String base = above.isEmpty() ? home : above;
        List<Json> entries = new ArrayList<>();
        int more = 0;
        for (Element each : (root.name.equals("RDF") ? root : head).children) {
            if (each.name.equals(atom ? "entry" : "item")) {
                if (entries.size() < most) {
                    entries.add(entry(each, base));
                } else {
                    more++;
                }
            }
        }
        Json.ObjBuilder feed = Json.object()
                .put("title", cut(text(head, "title"), MOST_TITLE))
                .put("link", home)
                .put("entries", Json.Arr.of(entries));
        return more == 0 ? feed.build() : feed.put("more", more).build();
    }

    private Json entry(Element entry, String above) {
        Json.ObjBuilder told = Json.object()
                .put("title", cut(text(entry, "title"), MOST_TITLE))
                .put("link", link(entry, base(above, entry)))
                .put("date", FeedDate.told(raw(entry, "updated", "published", "modified", "issued", "pubDate", "date")))
                .put("summary", cut(first(entry, "summary", "description", "content", "encoded"), MOST_SUMMARY));
        String author = author(entry);
        return author.isEmpty() ? told.build() : told.put("author", author).build();
    }

    private String author(Element entry) {
        Optional<Element> named = child(entry, "author").flatMap(author -> child(author, "name"));
        return cut(named.isPresent() ? named.get().whole().strip() : first(entry, "author", "creator"), MOST_TITLE);
    }

    // Texts

    private String first(Element element, String... names) {
        for (String name : names) {
            String text = text(element, name);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private static String raw(Element element, String... names) {
        for (String name : names) {
            String text = child(element, name).map(each -> each.whole().strip()).orElse("");
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    /** Atom says of what kind a text is; RSS does not, and it is HTML as a rule. */
    private String text(Element element, String name) {
        return child(element, name)
                .map(each -> {
                    String text = each.whole().strip();
                    String kind = each.attributes.getOrDefault("type", "text");
                    boolean html = atom ? kind.equals("html") || kind.equals("text/html") : each.children.isEmpty();
                    return html ? HtmlText.text(text) : text;
                })
                .orElse("");
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }

    /** Of its parent's own vocabulary, before one of a known extension: {@code media:title} is no title. */
    private static Optional<Element> child(Element element, String name) {
        Optional<Element> extension = Optional.empty();
        for (Element each : element.children) {
            if (!each.name.equals(name)) {
                continue;
            }
            if (each.space.equals(element.space) || each.space.isEmpty()) {
                return Optional.of(each);
            }
            // RSS 1.0 hangs its own elements below one of RDF.
            if (extension.isEmpty() && (EXTENSIONS.contains(each.space) || element.name.equals("RDF"))) {
                extension = Optional.of(each);
            }
        }
        return extension;
    }

    // Links

    private String link(Element element, String base) {
        String plain = atom ? "" : raw(element, "link");
        if (plain.isEmpty()) {
            plain = alternate(element);
        }
        if (plain.isEmpty()) {
            plain = child(element, "guid")
                    .filter(guid ->
                            !guid.attributes.getOrDefault("isPermaLink", "true").equals("false"))
                    .map(guid -> guid.whole().strip())
                    .orElse("");
        }
        return absolute(plain, base);
    }

    private static String alternate(Element element) {
        for (Element each : element.children) {
            if (each.name.equals("link")
                    && each.attributes.getOrDefault("rel", "alternate").equals("alternate")) {
                return each.attributes.getOrDefault("href", "").strip();
            }
        }
        return "";
    }

    /** What {@code xml:base} says, if anything. */
    private static String base(String above, Element element) {
        String own = element.attributes.getOrDefault("base", "").strip();
        String whole = own.isEmpty() ? "" : absolute(own, above);
        return whole.isEmpty() ? above : whole;
    }

    /** A relative link stays one where there is nothing to make it absolute by. */
    private static String absolute(String link, String base) {
        if (link.isEmpty() || link.length() > MOST_LINK || base.length() > MOST_LINK) {
            return "";
        }
        try {
            URI uri = URI.create(link.replace(" ", "%20"));
            URI whole = base.isEmpty() ? uri : URI.create(base).resolve(uri);
            String scheme = whole.getScheme();
            boolean web = scheme == null || scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
            return web && whole.getRawUserInfo() == null ? whole.toString() : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
