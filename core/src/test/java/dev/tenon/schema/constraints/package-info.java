/** What Jakarta's validation annotations look like, to read them by name without their jar. */
package dev.tenon.schema.constraints;
