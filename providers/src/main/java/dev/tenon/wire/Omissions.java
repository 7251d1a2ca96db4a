package dev.tenon.wire;

import dev.tenon.message.Content;
import dev.tenon.provider.Call;
import dev.tenon.provider.Notice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What of a request is left out, each told once a call. Not thread-safe.
 *
 * <p>It is logged too, for those who do not listen: the first time in this process as {@code info}, later as {@code debug}, because an agent sends its
 * history again with every call.
 */
public final class Omissions {
    private static final Logger LOG = LoggerFactory.getLogger("dev.tenon.omissions");

    /** What was logged. Bounded: a host's parts may have names without end. */
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private static final int MOST_LOGGED = 1_000;

    private final Logger log;
    private final Set<String> logged;
    private final String host;
    private final Call call;
    private Set<Notice.Omitted> omitted = Set.of();
    private int told;

    /** The omissions of a call, which may need several requests. */
    public Omissions(String host, Call call) {
        this(host, call, LOG, LOGGED);
    }

    Omissions(String host, Call call, Logger log, Set<String> logged) {
        this.host = host;
        this.call = call;
        this.log = log;
        this.logged = logged;
    }

    /** Something is left out. */
    public void add(String what, String why) {
        if (omitted.isEmpty()) omitted = new LinkedHashSet<>();
        omitted.add(new Notice.Omitted(what, why));
    }

    /**
     * Something is left out because of the host.
     *
     * @param why what goes on after the host's name
     */
    public void host(String what, String why) {
        add(what, host + " " + why);
    }

    /** What came over another wire format. */
    public void foreign(String what) {
        add(what, "it came over another wire format and goes back only there");
    }

    /** A medium of a tool result. Gives what the model is told in its place. */
    public String ofResult(Content.Media media, String why) {
        add("a medium of a tool result", why);
        return "[left out: " + media.mimeType() + " cannot be shown to this model]";
    }

    /** Tells what has not been told. */
    public void tell() {
        if (told == omitted.size()) return;
        List<Notice.Omitted> fresh = omitted.stream().skip(told).toList();
        told = omitted.size();
        fresh.forEach(call::notice);
        fresh.forEach(this::log);
    }

    private void log(Notice.Omitted left) {
        boolean first = logged.size() < MOST_LOGGED && logged.add(host + "\n" + left.what() + "\n" + left.why());
        log.atLevel(first ? Level.INFO : Level.DEBUG)
                .log("{}: {} was left out of a request: {}", host, left.what(), left.why());
    }
}
