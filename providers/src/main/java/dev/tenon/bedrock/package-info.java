/**
 * How are the models on Amazon Bedrock asked? Start at {@link dev.tenon.bedrock.Bedrock}, a connection to its Converse API; {@link
 * dev.tenon.bedrock.AwsCredentials} are what requests are signed with.
 */
@NullMarked
package dev.tenon.bedrock;

import org.jspecify.annotations.NullMarked;
