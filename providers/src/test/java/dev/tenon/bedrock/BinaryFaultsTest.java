package dev.tenon.bedrock;

import dev.tenon.json.Json;
import dev.tenon.wire.BinaryEvents;
import java.util.List;
import java.util.Map;

/** The same with streams in Amazon's own binary messages; {@link EventStreamTest} damages them byte by byte. */
class BinaryFaultsTest extends FaultsTest {
    @Override
    protected Framing framing() {
        return Framing.binary(json -> {
            Map.Entry<String, Json> event =
                    Json.parse(json).asObj().members().entrySet().iterator().next();
            String payload = event.getValue().toString();
            return event.getKey().endsWith("Exception")
                    ? BinaryEvents.exception(event.getKey(), payload)
                    : BinaryEvents.event(event.getKey(), payload);
        });
    }

    @Override
    protected List<String> errorsInStream() {
        return List.of("data: {\"serviceUnavailableException\":{\"message\":\"Too much\"}}\n\n");
    }
}
