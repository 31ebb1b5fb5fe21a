"""What both built-in functions call, in LLVM's language: it reads the headers of arrays, and runs the kernel if they are right.

What stands behind a dollar is filled in by `entry_code`.
"""

TEXT = """\
; Whether an object is an array of a dtype and a number of axes whose flags are these.
define internal i1 @fits(ptr %object, ptr %dtype, i64 %axes, i32 %looked_at, i32 %wanted) {
entry:
  %type_place = getelementptr i8, ptr %object, i64 $TYPE
  %type = load ptr, ptr %type_place
  %array_type = inttoptr i64 $ARRAY_TYPE to ptr
  %is_array = icmp eq ptr %type, %array_type
  br i1 %is_array, label %array, label %no
array:
  %dtype_place = getelementptr i8, ptr %object, i64 $DTYPE
  %axes_place = getelementptr i8, ptr %object, i64 $AXES
  %flags_place = getelementptr i8, ptr %object, i64 $FLAGS
  %its_dtype = load ptr, ptr %dtype_place
  %its_axes = load i32, ptr %axes_place
  %its_flags = load i32, ptr %flags_place
  %its_axes_wide = sext i32 %its_axes to i64
  %flags = and i32 %its_flags, %looked_at
  %right_dtype = icmp eq ptr %its_dtype, %dtype
  %right_axes = icmp eq i64 %its_axes_wide, %axes
  %right_flags = icmp eq i32 %flags, %wanted
  %right_both = and i1 %right_dtype, %right_axes
  %right = and i1 %right_both, %right_flags
  ret i1 %right
no:
  ret i1 false
}

; Reads the headers, runs the kernel. Status -1: nothing was computed; -2: there is no memory, and an exception is set.
; What the pointer made points to becomes a new reference to the array of results, in any case but -1 and -2.
define internal i64 @run(ptr %self, ptr %arguments, i64 %count, ptr %results, ptr %made, i1 %may_make) {
entry:
  %plan_place = getelementptr i8, ptr %self, i64 $DATA
  %plan = load ptr, ptr %plan_place
  %n_place = getelementptr i64, ptr %plan, i64 $INPUTS
  %number_place = getelementptr i64, ptr %plan, i64 $NUMBER
  %n = load i64, ptr %n_place
  %number = load ptr, ptr %number_place
  %expected = add i64 %n, 2
  %right_count = icmp eq i64 %count, %expected
  br i1 %right_count, label %parameters, label %refused
parameters:
  %theta = load ptr, ptr %arguments
  %right_theta = call i1 @fits(ptr %theta, ptr %number, i64 1, i32 $READABLE, i32 $READABLE)
  br i1 %right_theta, label %parameters_shape, label %refused
parameters_shape:
  %theta_data_place = getelementptr i8, ptr %theta, i64 $DATA
  %theta_shape_place = getelementptr i8, ptr %theta, i64 $SHAPE
  %theta_shape = load ptr, ptr %theta_shape_place
  %theta_data = load ptr, ptr %theta_data_place
  %theta_extent = load i64, ptr %theta_shape
  %parameters_place = getelementptr i64, ptr %plan, i64 $PARAMETERS
  %n_parameters = load i64, ptr %parameters_place
  %right_extent = icmp eq i64 %theta_extent, %n_parameters
  br i1 %right_extent, label %inputs, label %refused

inputs:
  %begins = alloca ptr, i64 %n
  %ends = alloca ptr, i64 %n
  %first_record = getelementptr i64, ptr %plan, i64 $RECORDS
  %has_inputs = icmp ne i64 %n, 0
  br i1 %has_inputs, label %input, label %out
input:
  %k = phi i64 [ 0, %inputs ], [ %next_k, %read ]
  %record = phi ptr [ %first_record, %inputs ], [ %next_record, %read ]
  %m_before = phi i64 [ 0, %inputs ], [ %m_here, %read ]
  %input_place = getelementptr i64, ptr %arguments, i64 %k
  %input_place_2 = getelementptr i64, ptr %input_place, i64 2
  %object = load ptr, ptr %input_place_2
  %axes_place = getelementptr i64, ptr %record, i64 1
  %dtype = load ptr, ptr %record
  %axes = load i64, ptr %axes_place
  %right_input = call i1 @fits(ptr %object, ptr %dtype, i64 %axes, i32 $READABLE, i32 $READABLE)
  br i1 %right_input, label %examples, label %refused
examples:
  %shape_place = getelementptr i8, ptr %object, i64 $SHAPE
  %shape = load ptr, ptr %shape_place
  %m_here = load i64, ptr %shape
  %is_first = icmp eq i64 %k, 0
  %is_same = icmp eq i64 %m_here, %m_before
  %is_positive = icmp sgt i64 %m_here, 0
  %right_m = select i1 %is_first, i1 %is_positive, i1 %is_same
  br i1 %right_m, label %axis, label %refused
axis:
  %at = phi i64 [ 1, %examples ], [ %next_at, %compared ]
  %is_axis = icmp slt i64 %at, %axes
  br i1 %is_axis, label %compared, label %read
compared:
  %extent_place = getelementptr i64, ptr %shape, i64 %at
  %extent = load i64, ptr %extent_place
  %next_at = add i64 %at, 1
  %wanted_place = getelementptr i64, ptr %record, i64 %next_at
  %wanted_place_2 = getelementptr i64, ptr %wanted_place, i64 1
  %wanted = load i64, ptr %wanted_place_2
  %right_axis = icmp eq i64 %extent, %wanted
  br i1 %right_axis, label %axis, label %refused
read:
  %data_place = getelementptr i8, ptr %object, i64 $DATA
  %data = load ptr, ptr %data_place
  %bytes_place = getelementptr i64, ptr %record, i64 2
  %bytes = load i64, ptr %bytes_place
  %all_bytes = mul i64 %bytes, %m_here
  %end = getelementptr i8, ptr %data, i64 %all_bytes
  %begin_place = getelementptr ptr, ptr %begins, i64 %k
  %end_place = getelementptr ptr, ptr %ends, i64 %k
  store ptr %data, ptr %begin_place
  store ptr %end, ptr %end_place
  %record_end = getelementptr i64, ptr %record, i64 %axes
  %next_record = getelementptr i64, ptr %record_end, i64 2
  %next_k = add i64 %k, 1
  %is_last = icmp eq i64 %next_k, %n
  br i1 %is_last, label %out, label %input

out:
  %m = phi i64 [ 1, %inputs ], [ %m_here, %read ]
  %many_place = getelementptr i64, ptr %plan, i64 $KERNEL
  %one_place = getelementptr i64, ptr %plan, i64 $KERNEL_OF_ONE
  %of_many = load ptr, ptr %many_place
  %of_one = load ptr, ptr %one_place
  %is_one = icmp eq i64 %m, 1
  %kernel = select i1 %is_one, ptr %of_one, ptr %of_many
  %has_kernel = icmp ne ptr %kernel, null
  br i1 %has_kernel, label %results_array, label %refused
results_array:
  %out_place = getelementptr ptr, ptr %arguments, i64 1
  %given = load ptr, ptr %out_place
  %extent_of_out_place = getelementptr i64, ptr %plan, i64 $OUT_EXTENT
  %extent_of_out = load i64, ptr %extent_of_out_place
  %nothing = inttoptr i64 $NONE to ptr
  %is_none = icmp eq ptr %given, %nothing
  br i1 %is_none, label %made_here, label %given_here
made_here:
  %makes_place = getelementptr i64, ptr %plan, i64 $MAKES_OUT
  %makes_field = load i64, ptr %makes_place
  %can_make = icmp eq i64 %makes_field, 1
  %makes = and i1 %can_make, %may_make
  br i1 %makes, label %make, label %refused
make:
  call void @Py_IncRef(ptr %number)
  %new = call ptr @PyArray_Empty(i32 1, ptr %extent_of_out_place, ptr %number, i32 0)
  %no_memory = icmp eq ptr %new, null
  br i1 %no_memory, label %error, label %ready
given_here:
  %out_axes_place = getelementptr i64, ptr %plan, i64 $OUT_AXES
  %out_axes = load i64, ptr %out_axes_place
  %right_out = call i1 @fits(ptr %given, ptr %number, i64 %out_axes, i32 $LOOKED_AT, i32 $WRITTEN)
  br i1 %right_out, label %out_shape, label %refused
out_shape:
  %out_shape_place = getelementptr i8, ptr %given, i64 $SHAPE
  %shape_of_out = load ptr, ptr %out_shape_place
  %out_first = load i64, ptr %shape_of_out
  %per_example_place = getelementptr i64, ptr %plan, i64 $OUT_PER_EXAMPLE
  %per_example_field = load i64, ptr %per_example_place
  %per_example = icmp eq i64 %per_example_field, 1
  %wanted_first = select i1 %per_example, i64 %m, i64 %extent_of_out
  %right_first = icmp eq i64 %out_first, %wanted_first
  br i1 %right_first, label %out_second, label %refused
out_second:
  %has_second = icmp eq i64 %out_axes, 2
  br i1 %has_second, label %second, label %out_bounds
second:
  %second_place = getelementptr i64, ptr %shape_of_out, i64 1
  %out_width = load i64, ptr %second_place
  %right_width = icmp eq i64 %out_width, %extent_of_out
  br i1 %right_width, label %out_bounds, label %refused

; Results must not be written over what they are computed from.
out_bounds:
  %width = phi i64 [ 1, %out_second ], [ %out_width, %second ]
  %out_begin_place = getelementptr i8, ptr %given, i64 $DATA
  %out_begin = load ptr, ptr %out_begin_place
  %number_bytes_place = getelementptr i64, ptr %plan, i64 $NUMBER_BYTES
  %number_bytes = load i64, ptr %number_bytes_place
  %out_numbers = mul i64 %out_first, %width
  %out_bytes = mul i64 %out_numbers, %number_bytes
  %out_end = getelementptr i8, ptr %out_begin, i64 %out_bytes
  %theta_bytes = mul i64 %n_parameters, %number_bytes
  %theta_end = getelementptr i8, ptr %theta_data, i64 %theta_bytes
  %theta_before = icmp ule ptr %theta_end, %out_begin
  %theta_after = icmp ule ptr %out_end, %theta_data
  %theta_apart = or i1 %theta_before, %theta_after
  br i1 %theta_apart, label %apart, label %refused
apart:
  %j = phi i64 [ 0, %out_bounds ], [ %next_j, %overlap ]
  %is_input = icmp slt i64 %j, %n
  br i1 %is_input, label %overlap, label %hold
overlap:
  %begin_place_j = getelementptr ptr, ptr %begins, i64 %j
  %end_place_j = getelementptr ptr, ptr %ends, i64 %j
  %begin_j = load ptr, ptr %begin_place_j
  %end_j = load ptr, ptr %end_place_j
  %before_j = icmp ule ptr %end_j, %out_begin
  %after_j = icmp ule ptr %out_end, %begin_j
  %apart_j = or i1 %before_j, %after_j
  %next_j = add i64 %j, 1
  br i1 %apart_j, label %apart, label %refused
hold:
  call void @Py_IncRef(ptr %given)
  br label %ready

ready:
  %result = phi ptr [ %new, %make ], [ %given, %hold ]
  %result_data_place = getelementptr i8, ptr %result, i64 $DATA
  %result_data = load ptr, ptr %result_data_place
  %scratch_bytes_place = getelementptr i64, ptr %plan, i64 $SCRATCH
  %scratch_bytes = load i64, ptr %scratch_bytes_place
  %free_place = getelementptr i64, ptr %plan, i64 $FREE
  %needs_scratch = icmp ne i64 %scratch_bytes, 0
  br i1 %needs_scratch, label %take, label %go
take:
  %free = load ptr, ptr %free_place
  %is_free = icmp ne ptr %free, null
  br i1 %is_free, label %take_free, label %allocate
take_free:
  %free_next_place = getelementptr i8, ptr %free, i64 -16
  %free_next = load ptr, ptr %free_next_place
  store ptr %free_next, ptr %free_place
  br label %go
allocate:
  %padded = add i64 %scratch_bytes, $PADDING
  %allocated = call ptr @PyMem_RawMalloc(i64 %padded)
  %no_scratch = icmp eq ptr %allocated, null
  br i1 %no_scratch, label %let_go, label %align
align:
  %allocated_number = ptrtoint ptr %allocated to i64
  %above = add i64 %allocated_number, $PADDING
  %aligned = and i64 %above, -$ALIGNMENT
  %piece = inttoptr i64 %aligned to ptr
  %allocated_place = getelementptr i8, ptr %piece, i64 -8
  store ptr %allocated, ptr %allocated_place
  br label %go

go:
  %scratch = phi ptr [ null, %ready ], [ %free, %take_free ], [ %piece, %align ]
  %release_place = getelementptr i64, ptr %plan, i64 $RELEASE
  %release = load i64, ptr %release_place
  %is_long = icmp sge i64 %m, %release
  br i1 %is_long, label %long, label %short
short:
  %short_status = call i64 %kernel(ptr %theta_data, ptr %result_data, ptr %begins, i64 %m, ptr %scratch, ptr %results)
  br label %ran
long:
  %thread = call ptr @PyEval_SaveThread()
  %long_status = call i64 %kernel(ptr %theta_data, ptr %result_data, ptr %begins, i64 %m, ptr %scratch, ptr %results)
  call void @PyEval_RestoreThread(ptr %thread)
  br label %ran
ran:
  %status = phi i64 [ %short_status, %short ], [ %long_status, %long ]
  store ptr %result, ptr %made
  br i1 %needs_scratch, label %give_back, label %done
give_back:
  %others = load ptr, ptr %free_place
  %next_place = getelementptr i8, ptr %scratch, i64 -16
  store ptr %others, ptr %next_place
  store ptr %scratch, ptr %free_place
  br label %done
done:
  ret i64 %status
let_go:
  call void @Py_DecRef(ptr %result)
  br label %refused
refused:
  ret i64 -1
error:
  ret i64 -2
}
"""
