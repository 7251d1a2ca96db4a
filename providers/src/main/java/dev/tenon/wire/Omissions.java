package dev.tenon.wire;

import dev.tenon.provider.Call;
import dev.tenon.provider.Notice;
import java.util.LinkedHashSet;
import java.util.Set;

/** What of a request is left out, each told once a call. Not thread-safe. */
public final class Omissions {
    private final String host;
    private final Call call;
    private Set<Notice.Omitted> omitted = Set.of();

    public Omissions(String host, Call call) {
        this.host = host;
        this.call = call;
    }

    public void add(String what, String why) {
        if (omitted.isEmpty()) omitted = new LinkedHashSet<>();
        omitted.add(new Notice.Omitted(what, why));
    }

    /** @param why what goes on after the host's name */
    public void host(String what, String why) {
        add(what, host + " " + why);
    }

    /** What came over another wire format. */
    public void foreign(String what) {
        add(what, "it came over another wire format and goes back only there");
    }

    public void tell() {
        omitted.forEach(call::notice);
    }
}
