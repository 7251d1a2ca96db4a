package dev.tenon.ollama;

import java.util.ArrayList;
import java.util.List;

/** The same with streams in the frame of server-sent events, as proxies carry them. */
class FramedFaultsTest extends FaultsTest {
    @Override
    protected Framing framing() {
        return Framing.EVENTS;
    }

    @Override
    protected List<String> errorsInStream() {
        List<String> errors = new ArrayList<>(super.errorsInStream());
        errors.add("event: error\ndata: " + overloaded() + "\n\n");
        errors.add(overloaded() + "\n\n");
        return errors;
    }
}
