package dev.tenon.tool;

import dev.tenon.json.Json;
import java.util.Optional;

/**
 * A tool that can tell after a crash whether a call happened. Asked where a call had begun and has no end on record, and the tool is neither
 * {@link ToolSpec.Trait#READ_ONLY} nor {@link ToolSpec.Trait#IDEMPOTENT}.
 */
public interface CheckableTool extends Tool {
    /**
     * What came of the call with this identity ({@link ToolContext#id()}): its output where it happened, empty where it did not, so that it is made now.
     */
    Optional<ToolOutput> check(Json.Obj arguments, ToolContext context) throws Exception;
}
