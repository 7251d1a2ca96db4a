package dev.tenon.wire;

import dev.tenon.provider.Call;
import dev.tenon.provider.Notice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What of a request is left out, each told once a call. Not thread-safe. */
public final class Omissions {
    private final String host;
    private final Call call;
    private Set<Notice.Omitted> omitted = Set.of();
    private int told;

    /** The omissions of a call, which may need several requests. */
    public Omissions(String host, Call call) {
        this.host = host;
        this.call = call;
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

    /** Tells what has not been told. */
    public void tell() {
        List<Notice.Omitted> fresh = omitted.stream().skip(told).toList();
        told = omitted.size();
        fresh.forEach(call::notice);
    }
}
